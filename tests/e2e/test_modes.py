"""What a team does on its way from its own loaders to ours, through a running scheduler: off, dry run, shadow; and the sweep."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.chain import Chain

RESOURCE = "learning_resources_learningresource"
IMAGE = "learning_resources_learningresourceimage"
COURSE_OF = (
    f"select readable_id from {RESOURCE} where etl_source = %s and resource_type = 'course' and published order by readable_id limit 1"
)
TITLE = f"select title from {RESOURCE} where readable_id = %s"
RETITLE = f"update {RESOURCE} set title = %s where readable_id = %s"
ITS_IMAGE = f"select i.url from {RESOURCE} as r join {IMAGE} as i on i.id = r.image_id where r.readable_id = %s"
IMAGES = f"select count(*) from {IMAGE} where url = %s"
MADE = "select count(*) from pipelines.made_row"


def set_modes(chain: Chain, **modes: str) -> None:
    """As a person does under Admin, Variables."""
    value = json.dumps({"default": "on", **modes})
    chain.stack.api("PATCH", "variables/delivery_modes", {"key": "delivery_modes", "value": value})


@pytest.fixture
def modes(chain: Chain) -> Iterator[None]:
    """Every feed is delivered again after the test."""
    yield
    set_modes(chain)


@pytest.mark.usefixtures("modes")
def test_a_feed_that_is_off_waits_and_a_dry_run_tells_what_would_change(chain: Chain) -> None:
    course = chain.one(chain.learn, COURSE_OF, "mitxonline")
    title = chain.one(chain.learn, TITLE, course)
    set_modes(chain, mitxonline="off")
    chain.upstream.edit("mitxonline", "courses", {"title": "Told by a dry run"}, key=course)
    chain.run("ingest_mitxonline")
    chain.settle()
    assert chain.one(chain.learn, TITLE, course) == title
    assert "not delivered: mitxonline" in chain.note(chain.runs("deliver_app_database")[0])

    set_modes(chain)
    state = chain.learn_state()
    run = chain.run("deliver_app_database", {"dry_run": True})

    assert chain.state(run) == "success"
    assert chain.note(run) == "Dry run; nothing was written. mitxonline: 1 changed in 1 fields"
    told = "select field, before #>> '{}', after #>> '{}' from pipelines.dry_run_difference where run_key = %s"
    assert chain.learn.execute(told.encode(), [run[1]]).fetchall() == [("title", title, "Told by a dry run")]
    assert chain.learn_state() == state

    assert chain.state(chain.run("deliver_app_database")) == "success"
    assert chain.one(chain.learn, TITLE, course) == "Told by a dry run"


@pytest.mark.usefixtures("modes")
def test_a_feed_in_the_shadow_is_compared_with_what_learn_has(chain: Chain) -> None:
    chain.stack.airflow.unpause("watch_parity")
    chain.settle()
    course = chain.one(chain.learn, COURSE_OF, "xpro")
    title = chain.one(chain.learn, TITLE, course)
    set_modes(chain, xpro="shadow")
    state, units = chain.learn_state(), len(chain.published("xpro"))

    first = chain.run("watch_parity")
    chain.learn.execute(RETITLE.encode(), ["Of another loader", course])
    second = chain.run("watch_parity")
    chain.learn.execute(RETITLE.encode(), [title, course])

    assert (chain.state(first), chain.note(first)) == ("success", f"xpro: {units} equal, 0 different, 0 missing, 0 extra")
    assert chain.note(second) == f"xpro: {units - 1} equal, 1 different (title 1), 0 missing, 0 extra"
    assert chain.learn_state() == state


def test_an_image_that_nobody_shows_any_more_is_swept(chain: Chain) -> None:
    chain.stack.airflow.unpause("maintain_shared_rows")
    chain.settle()
    course = chain.one(chain.learn, COURSE_OF, "mitxonline")
    for picture in ("swept_1", "swept_2"):
        chain.upstream.edit("mitxonline", "courses", {"page.feature_image_src": f"/media/{picture}.png"}, key=course)
        chain.run("ingest_mitxonline")
        chain.settle()
    shown, before = chain.one(chain.learn, ITS_IMAGE, course), chain.one(chain.learn, MADE)
    left = shown.replace("swept_2", "swept_1")
    assert "swept_2" in shown
    assert chain.one(chain.learn, IMAGES, left) == 1

    run = chain.run("maintain_shared_rows")

    assert chain.state(run) == "success"
    assert (chain.one(chain.learn, IMAGES, left), chain.one(chain.learn, IMAGES, shown)) == (0, 1)
    assert chain.one(chain.learn, MADE) < before
