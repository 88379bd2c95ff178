"""A feed of any length is streamed: memory stays where it is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from tests.support.upstream import HTTP, Running

RESOURCES = 20_000
GROWTH_LIMIT_BYTES = 16 * 2**20


def resident_bytes() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def read_through(url: str) -> int:
    """Bytes of the body, none of which is kept."""
    with HTTP.stream("GET", url) as answer:
        return sum(len(chunk) for chunk in answer.iter_raw(65_536))


def test_twenty_thousand_courses_cost_no_memory(upstream: Callable[..., Running]) -> None:
    small, _ = upstream(resources=1000)
    read_through(f"{small}/xpro/api/courses/")
    large, control = upstream(resources=5 * RESOURCES)  # a fifth of them are xPRO courses
    before = resident_bytes()
    length = read_through(f"{large}/xpro/api/courses/")
    growth = resident_bytes() - before
    assert length > 2 * GROWTH_LIMIT_BYTES
    assert growth < GROWTH_LIMIT_BYTES
    control.edit("xpro", "courses", {"title": "the last"}, index=RESOURCES - 1)
    last = HTTP.get(f"{large}/mitxonline/api/v2/courses/?page=last").json()
    assert last["count"] == 55_000
    assert len(last["results"]) == 100
