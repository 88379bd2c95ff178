"""A second run of everything, with nothing new upstream, writes nothing."""

from __future__ import annotations

import pytest

from include.sources.registry import SOURCES
from tests.integration.chain.conftest import Passed
from tests.support.digest import row_versions

pytestmark = pytest.mark.timeout(1500)


@pytest.mark.parametrize("source", SOURCES)
def test_an_unchanged_feed_adds_no_raw_version(passed: Passed, source: str) -> None:
    passed.raise_failure(source)
    results = passed.pipeline.ingest(source)
    assert sum(result.new_versions + result.removed for result in results) == 0


def test_what_did_not_change_is_not_written_again(passed: Passed) -> None:
    before = row_versions(passed.pipeline.learn)
    written = passed.pipeline.deliver()
    indexed = passed.pipeline.index()
    assert written == 0
    assert (indexed.indexed, indexed.deleted) == (0, 0)
    assert row_versions(passed.pipeline.learn) == before
