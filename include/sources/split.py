"""A list of an upstream as records with keys, and rejects for what has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from include.sources.base import Record, Reject, Stream
from include.sources.payload import reject_of

PAGE_RECORDS = 500
"""A reader of single records hands so many on together."""


def batches(items: Iterable[Any], limit: int | None) -> Iterator[list[Any]]:
    """Lists of up to `PAGE_RECORDS` items, up to ``limit`` in all; one empty list when there is nothing."""
    waiting = islice(items, limit)
    batch = list(islice(waiting, PAGE_RECORDS))
    yield batch
    while batch := list(islice(waiting, PAGE_RECORDS)):
        yield batch


def split_records(stream: Stream, items: list[Any], number: int) -> tuple[list[Record], list[Reject]]:
    """Records and rejects of page ``number``; together as many as there are items."""
    records, rejects = [], []
    for position, item in enumerate(items, start=1):
        where = f"page {number}, item {position}"
        if not isinstance(item, dict):
            rejects.append(reject_of("not an object", where, item))
            continue
        try:
            records.append(Record(key=stream.key_of(item), payload=item, page=number))
        except ValueError as error:
            rejects.append(reject_of(str(error), where, item))
    return records, rejects
