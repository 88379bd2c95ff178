"""What a feed publishes arrives in every stage: landed, raw, in the marts, in Learn's Postgres, in the index.

A new feed is tested by being there. What a feed is meant not to do is said in `EXCEPTIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from include.local.report import Comparison
from include.sources.registry import SOURCES, sources_of, stream_names
from tests.integration.chain.conftest import Passed

pytestmark = pytest.mark.timeout(1500)

NO_RECORDS = "no records"
NOT_PUBLISHED = "not published"
EXCEPTIONS: Mapping[str, str] = {
    "course_blocklist": NO_RECORDS,  # says which courses of the others are hidden
    "canvas": NOT_PUBLISHED,  # courses under test, never shown (sources.md 2.14)
    "mitxonline_db": NO_RECORDS,  # a second way to the records of mitxonline, compared with them
    "prolearn": NO_RECORDS,  # retired: landed and typed, not in the catalogue
}
"""Feeds of the catalogue of which nothing arrives in the marts, or nothing in the index."""

NEWS_OF_MARTS = "select guid from marts.news_events_feeditem where feed = %s"
NEWS_OF_LEARN = """
select item.guid
from news_events_feeditem as item
inner join pipelines.delivered_feed_item as delivered on item.guid = delivered.guid
where delivered.feed = %s
"""


@pytest.fixture(scope="session")
def comparisons(passed: Passed) -> list[Comparison]:
    return list(passed.pipeline.report().comparisons())


@pytest.mark.parametrize("source", SOURCES)
def test_a_feed_is_landed_and_loaded(passed: Passed, comparisons: list[Comparison], source: str) -> None:
    passed.raise_failure(source)
    streams = [each for each in comparisons if each.source.startswith(f"{source}.")]
    assert [each.difference() for each in streams if not each.agrees] == []
    assert any(each.left_keys for each in streams), "nothing was landed: does the sandbox upstream serve this feed?"


@pytest.mark.parametrize(("source", "stream"), stream_names())
def test_no_generated_record_is_rejected(passed: Passed, source: str, stream: str) -> None:
    query = "select record_key, reason, where_found from ops.rejects where source = %s and stream = %s"
    assert passed.pipeline.warehouse.execute(query, [source, stream]).fetchall() == []


@pytest.mark.parametrize("source", [source.key for source in sources_of("catalog")])
def test_each_stage_of_the_catalogue_holds_what_the_one_before_holds(comparisons: list[Comparison], source: str) -> None:
    stages = [each for each in comparisons if each.source == source]
    assert [each.difference() for each in stages if not each.agrees] == []
    empty = [each.left for each in stages if not each.left_keys]
    assert empty == ([each.left for each in stages] if source in EXCEPTIONS else [])


@pytest.mark.parametrize("source", [source.key for source in sources_of("catalog") if EXCEPTIONS.get(source.key) != NO_RECORDS])
def test_a_feed_of_the_catalogue_has_resources_in_learn(passed: Passed, source: str) -> None:
    query = "select count(*) from pipelines.delivered_unit where etl_source = %s"
    assert passed.pipeline.learn.execute(query, [source]).fetchall()[0][0] > 0


@pytest.mark.parametrize("source", [source.key for source in sources_of("news")])
def test_items_of_news_are_in_learn(passed: Passed, source: str) -> None:
    marts = {guid for (guid,) in passed.pipeline.warehouse.execute(NEWS_OF_MARTS, [source])}
    assert marts
    assert {guid for (guid,) in passed.pipeline.learn.execute(NEWS_OF_LEARN, [source])} == marts


def test_the_index_holds_nothing_else(comparisons: list[Comparison]) -> None:
    [everything] = [each for each in comparisons if each.source == "all"]
    assert everything.agrees, everything.difference()
