"""Landed parts are loaded in batches: all of them, in order, as many together as fit."""

from __future__ import annotations

from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from include.landing.manifest import PartInfo
from include.warehouse.rows import BATCH_BYTES, BATCH_RECORDS, in_batches

sizes = st.tuples(st.integers(1, BATCH_BYTES * 3 // 2), st.integers(1, BATCH_RECORDS * 3 // 2))


@given(told=st.lists(sizes, max_size=30))
def test_batches_are_whole_ordered_and_as_full_as_they_may_be(told: list[tuple[int, int]]) -> None:
    parts = [PartInfo(key=str(number), sha256="", bytes=size, records=records) for number, (size, records) in enumerate(told)]
    batches = list(in_batches(parts))
    assert [part for batch in batches for part in batch] == parts
    assert all(batches)
    for batch, following in zip_longest(batches, batches[1:]):
        assert len(batch) == 1 or _fits(batch)
        assert following is None or not _fits([*batch, following[0]])


def _fits(parts: list[PartInfo]) -> bool:
    return sum(part.bytes for part in parts) <= BATCH_BYTES and sum(part.records for part in parts) <= BATCH_RECORDS
