"""What becomes of a show that is away, one that ended, one that moved, and of an article that is gone, up to Learn and the index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.chain.conftest import Passed
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.timeout(1500)

SHOWN = (
    "select etl_source || ' ' || resource_type || ' ' || readable_id, id from learning_resources_learningresource"
    " where published and etl_source in ('podcast', 'mit_climate')"
)
OF_A_SHOW = (
    "select parent.readable_id, child.readable_id from learning_resources_learningresourcerelationship as relation"
    " join learning_resources_learningresource as parent on parent.id = relation.parent_id"
    " join learning_resources_learningresource as child on child.id = relation.child_id"
    " where relation.relation_type = 'PODCAST_EPISODES' order by relation.position"
)
HOST = "feeds.podcasts.example"
NEW_TITLE = "A title from after the trouble"


@pytest.fixture
def troubled(passed: Passed) -> Iterator[Pipeline]:
    """Of the five shows one is away, one ended, one redirects for good; an article of the portal is gone."""
    upstream = passed.pipeline.upstream
    upstream.fault("podcast", "server_error", stream="episodes", requests=5)
    upstream.fault("podcast", "feed_moved", stream="episodes")
    upstream.remove("podcast", "shows", key="second-nature.yaml")
    upstream.edit("podcast", "episodes", {"title": NEW_TITLE}, index=2)
    upstream.remove("mit_climate", "explainers", index=0)
    yield passed.pipeline
    upstream.reset()


def test_a_show_that_is_away_stays_while_the_others_go_on(passed: Passed, troubled: Pipeline) -> None:
    for feed in ("podcast", "mit_climate"):
        passed.raise_failure(feed)
    learn = troubled.learn
    before = dict(learn.execute(SHOWN).fetchall())
    episodes: dict[str, list[str]] = {}
    for show, episode in learn.execute(OF_A_SHOW):
        episodes.setdefault(show, []).append(episode)
    assert len(episodes) == 5

    [manifest] = troubled.land("podcast")
    reads = [*troubled.load([manifest]), *troubled.ingest("podcast"), *troubled.ingest("podcast")]
    troubled.ingest("mit_climate")
    troubled.transform()
    troubled.deliver()
    troubled.index()

    assert [part.prefix for part in manifest.unread] == ["curiosity-hour.yaml/"]
    after = dict(learn.execute(SHOWN).fetchall())
    ended = f"{HOST}/second-nature/rss.xml"
    gone = {f"podcast podcast {ended}", *(f"podcast podcast_episode {episode}" for episode in episodes[ended])}
    [article] = before.keys() - after.keys() - gone
    assert article.startswith("mit_climate document ")
    assert before.keys() - after.keys() == {*gone, article}
    assert [read.removed for read in reads] == [0, 0, len(gone)], "an episode may be missing twice"
    assert after == {key: number for key, number in before.items() if key in after}, "ids stay, also of the show that moved"
    titles = learn.execute("select readable_id from learning_resources_learningresource where title = %s", [NEW_TITLE]).fetchall()
    assert titles == [(episodes[f"{HOST}/lab-talk/rss.xml"][0],)]
    [index] = [each for each in troubled.report().comparisons() if each.source == "all"]
    assert index.agrees, index.difference()
