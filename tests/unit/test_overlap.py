"""Steps side by side: in order, no further ahead than asked for, with an error in its place."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.overlap import one_ahead, overlapped


@given(st.lists(st.integers()), st.integers(1, 4))
def test_overlapped_work_keeps_the_order_and_no_more_than_asked_for_ahead(batches: list[int], at_once: int) -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for batch in batches:
            made.append(batch)
            yield batch

    got = []
    for pair in overlapped(make(), lambda batch: -batch, at_once):
        got.append(pair)
        assert len(made) <= len(got) + at_once
    assert got == [(batch, -batch) for batch in batches]


def test_works_are_under_way_together() -> None:
    meeting = threading.Barrier(2, timeout=10)
    assert list(overlapped(range(4), lambda batch: meeting.wait() is not None, at_once=2)) == [(batch, True) for batch in range(4)]


@given(st.lists(st.integers()), st.none() | st.integers(0, 5))
def test_items_come_in_order_and_an_error_after_those_before_it(items: list[int], broken: int | None) -> None:
    made: list[int] = []

    def read() -> Iterator[int]:
        for number, item in enumerate(items):
            if number == broken:
                raise ConnectionError("cut")
            made.append(item)
            yield item

    got: list[int] = []
    breaks = broken is not None and broken < len(items)
    try:
        for item in one_ahead(read()):
            got.append(item)
            assert len(made) <= len(got) + 1
    except ConnectionError:
        assert breaks
        assert got == items[:broken]
    else:
        assert not breaks
        assert got == items


def test_whoever_stops_early_is_not_held_up() -> None:
    pages = one_ahead(iter(range(10)))
    assert next(pages) == 0
    pages.close()  # type: ignore[attr-defined]  # a generator
    with pytest.raises(StopIteration):
        next(pages)
