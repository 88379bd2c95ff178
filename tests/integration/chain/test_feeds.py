"""What a feed publishes arrives in every stage: landed, raw, in the marts, in Learn's Postgres, in the index."""

from __future__ import annotations

import pytest

from include.local.report import Comparison
from include.sources.registry import SOURCES, stream_names
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="session")
def comparisons(passed: Pipeline) -> list[Comparison]:
    return list(passed.report().comparisons())


@pytest.mark.parametrize("source", SOURCES)
def test_every_stage_holds_what_the_one_before_holds(comparisons: list[Comparison], source: str) -> None:
    of_source = [each for each in comparisons if each.source.split(".")[0] == source]
    assert [each.difference() for each in of_source if not each.agrees] == []
    assert [f"{each.source}: nothing in {each.left}" for each in of_source if not each.left_keys] == []


def test_the_index_holds_nothing_else(comparisons: list[Comparison]) -> None:
    [everything] = [each for each in comparisons if each.source == "all"]
    assert everything.agrees, everything.difference()


@pytest.mark.parametrize(("source", "stream"), stream_names())
def test_no_generated_record_is_rejected(passed: Pipeline, source: str, stream: str) -> None:
    query = "select record_key, reason, where_found from ops.rejects where source = %s and stream = %s"
    assert passed.warehouse.execute(query, [source, stream]).fetchall() == []
