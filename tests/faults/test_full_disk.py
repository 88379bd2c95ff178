"""The real search server at its flood stage: it blocks its indexes by itself, and lets them go when there is room."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.faults.state import documents_of
from tests.faults.world import BEGINNING, Chain, World

pytestmark = pytest.mark.timeout(600)
BLOCK = "read_only_allow_delete"
DISK = "cluster.routing.allocation.disk"
MUCH_ROOM = "900000gb"
"""As much as has to be free; no disk has it."""
MONITOR_SECONDS = 90.0


def test_a_sync_onto_a_full_disk_waits_and_loses_nothing(world: World) -> None:
    now = BEGINNING + timedelta(hours=1)
    with world.chain("full") as chain:
        chain.must("sync", "", "first", BEGINNING)
        world.upstream.edit("xpro", "courses", {"title": "After the flood"}, index=0)
        for step, feed in (("land", "xpro"), ("load", "xpro"), ("build", ""), ("deliver", "")):
            chain.must(step, feed, "second", now)

        with full_disk(world, chain):
            met = chain.attempt("sync", "", "second", now)
        assert not met.went_well
        assert met.answer["error"] == "SearchUnavailable"
        assert not met.answer["is_final"], "Airflow would not try again"
        chain.must("sync", "", "third", now)
        assert "After the flood" in {each["title"] for each in documents_of(world.search, chain.place.prefix).values()}


@contextmanager
def full_disk(world: World, chain: Chain) -> Iterator[None]:
    """Watermarks that no disk has; the server's own monitor sets the block, and takes it away afterwards."""
    marks = {f"{DISK}.watermark.{mark}": MUCH_ROOM for mark in ("low", "high", "flood_stage")}
    settings = {f"{DISK}.threshold_enabled": True, "cluster.info.update.interval": "10s", **marks}
    world.search.cluster.put_settings(body={"transient": settings})
    try:
        until("the block", lambda: blocked(world, chain))
        yield
    finally:
        world.search.cluster.put_settings(body={"transient": dict.fromkeys(marks, "1b")})
        until("the end of the block", lambda: not blocked(world, chain))
        world.search.cluster.put_settings(body={"transient": dict.fromkeys(settings)})


def blocked(world: World, chain: Chain) -> bool:
    found: dict[str, Any] = world.search.indices.get_settings(index=f"{chain.place.prefix}_course_*")
    return any(each["settings"]["index"].get("blocks", {}).get(BLOCK) == "true" for each in found.values())


def until(what: str, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + MONITOR_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.5)
