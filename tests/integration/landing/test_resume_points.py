"""A read may be interrupted after any page, any number of times: what is landed is what an undisturbed read lands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.landing import Manifest, land_stream, run_key
from include.landing.store import read_parts, read_rejects
from include.sources.base import Page, Reject, find_stream
from tests.support.feeds import Client, ListSource, MemoryState, at, course

PAGES = st.lists(st.lists(st.sampled_from(["record", "record", "reject"]), max_size=4), min_size=1, max_size=7)
ATTEMPTS = itertools.count()


class Interrupted(Exception):
    """The process would have ended here."""


@dataclass(frozen=True)
class InterruptedSource(ListSource):
    """Ends the attempt before it yields the n-th page of the attempt, for each n of ``after``; counts the pages that were asked for."""

    after: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def pages(self, *given: Any, **named: Any) -> Iterator[Page]:
        last = self.after.pop(0) if self.after else None
        for number, page in enumerate(super().pages(*given, **named)):
            if number == last:
                raise Interrupted
            self.asked.append(page.number)
            yield page


def land(s3: Any, bucket: str, source: ListSource, part_bytes: int, name: str) -> Manifest:
    """Land until it goes well."""
    state = MemoryState()
    while True:
        try:
            run = run_key("ingest_mitxonline", name, at(0))
            stream = find_stream(source, "courses")
            return land_stream(source, stream, Client(), s3, bucket, run, lambda: at(0), state, part_bytes=part_bytes)
        except Interrupted:
            continue


@pytest.fixture
def bucket(fresh_bucket: Any) -> str:
    return str(fresh_bucket("resume"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(shape=PAGES, after=st.lists(st.integers(0, 6), max_size=5), part_bytes=st.sampled_from([1, 150, 400, 10_000]))
def test_an_interrupted_read_lands_what_an_undisturbed_one_lands(
    s3_client: Any, bucket: str, shape: list[list[str]], after: list[int], part_bytes: int
) -> None:
    pages = [
        [
            course(f"c{page}-{place}") if kind == "record" else Reject("unreadable", f"page {page}", str(place))
            for place, kind in enumerate(kinds)
        ]
        for page, kinds in enumerate(shape)
    ]
    pages[0].append(course("always"))
    example = next(ATTEMPTS)
    interrupted = InterruptedSource(pages, after=list(after))
    found = land(s3_client, bucket, interrupted, part_bytes, f"interrupted-{example}")
    undisturbed = land(s3_client, bucket, ListSource(pages), part_bytes, f"undisturbed-{example}")

    assert _lines(s3_client, bucket, found) == _lines(s3_client, bucket, undisturbed)
    assert read_rejects(s3_client, bucket, found) == read_rejects(s3_client, bucket, undisturbed)
    assert (found.total, found.rejected, found.complete) == (undisturbed.total, undisturbed.rejected, undisturbed.complete)
    assert all(part.records > 0 for part in found.parts)
    if part_bytes == 1 and all("record" in kinds for kinds in shape):  # every page is stored when it has come
        assert sorted(interrupted.asked) == list(range(1, len(pages) + 1)), "a page that was stored was asked for again"


def _lines(s3: Any, bucket: str, manifest: Manifest) -> list[bytes]:
    return [line for _, _, line in read_parts(s3, bucket, manifest)]
