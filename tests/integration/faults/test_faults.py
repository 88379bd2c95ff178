"""Each feed under each fault that its publisher can show: a typed error, nothing gone, and all well after the next good run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from include.errors import PipelineError
from include.local.upstream.faults import fault_matrix
from include.local.upstream.feeds import FEEDS
from include.sources.registry import SOURCES
from tests.integration.faults.conftest import SEVERAL_PAGES
from tests.support import fault_table
from tests.support.pipeline import Ingested, Pipeline, RawState

OPTIONS: dict[str, dict[str, Any]] = {"rate_limited": {"seconds": 0}, "slow": {"seconds": 0.05}}
LASTING = 1_000


def _cases() -> dict[tuple[str, str], str]:
    """(fault, feed) -> a stream of the feed in which it can show: the first, but one of several pages where pages are at fault."""
    streams: dict[tuple[str, str], list[str]] = defaultdict(list)
    for feed, stream, kind in fault_matrix(FEEDS):
        if feed in SOURCES:
            streams[kind, feed].append(stream)
    return {
        (kind, feed): next((name for name in names if kind.startswith("page_") and f"{feed}/{name}" in SEVERAL_PAGES), names[0])
        for (kind, feed), names in streams.items()
    }


CASES = _cases()


@pytest.mark.parametrize(("fault", "feed"), sorted(CASES))
def test_a_fault_is_named_loses_nothing_and_is_repaired_by_the_next_run(
    pipeline: Pipeline, good_state: Callable[[str], RawState], outcomes: dict[tuple[str, str], str], fault: str, feed: str
) -> None:
    before, stream = good_state(feed), CASES[fault, feed]
    pipeline.upstream.reset("requests")
    pipeline.upstream.fault(feed, fault, stream=stream, requests=LASTING, **OPTIONS.get(fault, {}))
    try:
        done = pipeline.ingest_streams(feed, only=stream)
        shown = pipeline.upstream.requests()[feed].get(stream, {}).get(f"fault_{fault}", 0)
    finally:
        pipeline.upstream.reset("faults")
    meanwhile = pipeline.raw_state(SOURCES[feed])
    again = pipeline.ingest_streams(feed, only=stream)

    assert shown, "the fault was never asked for: the sandbox is too small, or the source does not read this stream"
    _assert_nothing_is_gone(before, meanwhile)
    outcomes[fault, feed] = _outcome(done)
    assert [str(each) for each in again.values() if isinstance(each, Exception)] == []
    assert pipeline.raw_state(SOURCES[feed]) == before
    if not fault_table.is_to_be_written():
        assert fault_table.written().get((fault, feed)) == outcomes[fault, feed], "make fault-table writes what is so now"


def test_the_table_has_every_case_and_no_other() -> None:
    if fault_table.is_to_be_written():
        pytest.skip("the table is written at the end of this session")
    assert fault_table.written().keys() == CASES.keys()


def _assert_nothing_is_gone(before: RawState, now: RawState) -> None:
    gone = {stream: sorted(before[stream].keys() - now[stream].keys())[:5] for stream in before}
    assert {stream: keys for stream, keys in gone.items() if keys} == {}


def _outcome(done: dict[str, Ingested]) -> str:
    """The word for the table; an error has to say where it happened and what to do."""
    errors = [each for each in done.values() if isinstance(each, PipelineError)]
    for error in errors:
        assert error.source
        assert error.where
        assert error.what_to_do
    if errors:
        return ", ".join(sorted({f"`{type(error).__name__}`" for error in errors}))
    good = [each for each in done.values() if not isinstance(each, PipelineError)]
    if any(result.rejected for _, result in good):
        return "*rejected*"
    expected = {stream.name for source in SOURCES.values() for stream in source.streams if stream.complete_read}
    if any(not manifest.complete for manifest, _ in good if manifest.stream in expected):
        return "*partial*"
    return "*survived*"
