"""Pages read one ahead: in order, no further ahead than that, with an error in its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.landing.ahead import one_ahead


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
