"""A second run of everything, with nothing new upstream, writes nothing."""

from __future__ import annotations

import pytest

from include.sources.registry import SOURCES
from tests.support.digest import row_versions
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("source", SOURCES)
def test_an_unchanged_feed_adds_no_raw_version(passed: Pipeline, source: str) -> None:
    results = passed.ingest(source)
    assert sum(result.new_versions + result.removed for result in results) == 0


def test_what_did_not_change_is_not_written_again(passed: Pipeline) -> None:
    before = row_versions(passed.learn)
    delivered = passed.deliver()
    indexed = passed.index()
    assert {kind: (each.inserted, each.updated, each.unpublished) for kind, each in delivered.items()} == dict.fromkeys(
        delivered, (0, 0, 0)
    )
    assert (indexed.indexed, indexed.deleted) == (0, 0)
    assert row_versions(passed.learn) == before
