"""A course on the block list is known and hidden; it is the same row that comes back when it leaves the list."""

from __future__ import annotations

import pytest

from include.search.names import serving_alias
from tests.integration.chain.conftest import Passed
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.timeout(1500)

COURSE = (
    "select readable_id, id from learning_resources_learningresource"
    " where etl_source = 'xpro' and resource_type = 'course' and published order by id limit 1"
)


def _state(pipeline: Pipeline, readable_id: str) -> list[tuple[int, bool, bool]]:
    """Id, whether it is published, and whether it is in the index."""
    query = "select id, published from learning_resources_learningresource where readable_id = %s"
    alias = serving_alias(pipeline.settings.index_prefix, "course")
    rows = pipeline.learn.execute(query, [readable_id]).fetchall()
    return [(key, published, pipeline.search.exists(index=alias, id=str(key))) for key, published in rows]


def _bring_through(pipeline: Pipeline) -> None:
    pipeline.ingest("course_blocklist")
    pipeline.transform()
    pipeline.deliver()
    pipeline.index()


def test_a_blocked_course_is_hidden_and_comes_back(passed: Passed) -> None:
    passed.raise_failure("course_blocklist")
    pipeline = passed.pipeline
    [(course, key)] = pipeline.learn.execute(COURSE).fetchall()
    assert _state(pipeline, course) == [(key, True, True)]

    pipeline.upstream.edit("course_blocklist", "courses", {"readable_id": course}, index=0)
    _bring_through(pipeline)
    assert _state(pipeline, course) == [(key, False, False)]

    pipeline.upstream.reset()
    _bring_through(pipeline)
    assert _state(pipeline, course) == [(key, False, False)], "one read without it may have been a list that was cut off"
    _bring_through(pipeline)
    assert _state(pipeline, course) == [(key, True, True)]
