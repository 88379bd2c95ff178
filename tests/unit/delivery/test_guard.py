"""The cap on removals."""

from __future__ import annotations

import pytest

from include.delivery.guard import over_cap


@pytest.mark.parametrize(
    ("leaving", "published", "held"),
    [(0, 0, False), (50, 60, False), (51, 60, True), (51, 510, False), (52, 510, True), (200, 2000, False), (201, 2000, True)],
)
def test_more_than_fifty_and_more_than_a_tenth_are_held(leaving, published, held):
    assert over_cap(leaving, published, present=published) is held


def test_a_source_that_was_read_empty_is_held_however_small():
    assert over_cap(leaving=3, published=3, present=0)
    assert not over_cap(leaving=0, published=0, present=0)
