"""All feeds at a tiny size, each ingested well once; the outcomes of the faults are collected for the table in the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from include.sources.registry import SOURCES
from tests.support import fault_table
from tests.support.pipeline import Pipeline, RawState, running_pipeline

RESOURCES = 60
SEVERAL_PAGES = {
    "mitxonline/courses": 201,
    "mit_edx/courses": 101,
    "ovs/videos": 101,
    "prolearn/courses": 101,
    "mitpe/resources": 21,
    "youtube/items": 320,
    "youtube/videos": 320,
}
"""Streams of which a page can be repeated or skipped, with so many records that there is one to skip."""


@pytest.fixture(scope="session")
def pipeline(servers: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    with running_pipeline(servers, tmp_path_factory.mktemp("faults"), "faults", resources=RESOURCES, counts=SEVERAL_PAGES) as made:
        yield made


@pytest.fixture(scope="session")
def good_state(pipeline: Pipeline) -> Callable[[str], RawState]:
    """The raw records of a feed after its first good run."""

    @cache
    def state(feed: str) -> RawState:
        done = pipeline.ingest_streams(feed)
        assert [str(each) for each in done.values() if isinstance(each, Exception)] == []
        return pipeline.raw_state(SOURCES[feed])

    return state


@pytest.fixture(scope="session")
def outcomes() -> Iterator[dict[tuple[str, str], str]]:
    """(fault, feed) -> outcome, filled by the tests; at the end they replace those of the page, when it is to be written."""
    seen: dict[tuple[str, str], str] = {}
    yield seen
    if fault_table.is_to_be_written():
        fault_table.write({**fault_table.written(), **seen})
