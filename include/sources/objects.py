"""What sources of the mode `objects` share: land the listing of a bucket, then fetch what differs from the listing before.

So all streams of a run see one listing, and what is gone is known exactly. LastModified counts, not only the ETag.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from include.errors import IncompletePage, SchemaDrift
from include.sources.base import Group, Json, OwnConnection, Page, Reading, Record, Reject, Stream
from include.sources.bucket import Bucket, Change, changes

LISTING_RECORDS = 5_000
Fetched = tuple[list[Record], list[Reject]]


@dataclass(frozen=True)
class Batching:
    """How many changes are fetched together, and land as one page."""

    objects: int = 500
    bytes: int = 8 * 2**20


@dataclass(frozen=True)
class ObjectSource(OwnConnection, ABC):
    """A source of objects, whose listing, the stream `inventory`, comes first. A source says how it lists, chooses and fetches."""

    key: str
    title: str
    streams: tuple[Stream, ...]
    why_not_low_code: str
    group: Group = "catalog"
    batching: Batching = Batching()

    @abstractmethod
    def lines(self, client: Bucket, after: str) -> Iterator[Json]:
        """Lines of the listing in the order of their keys, after a key."""

    def wants(self, stream: Stream, key: str) -> bool:
        """Whether a line of the listing is about the stream."""
        return True

    @abstractmethod
    def fetch(self, stream: Stream, client: Bucket, batch: list[Change], number: int) -> Iterator[Fetched]:
        """As the argument of `changed_pages`."""

    def pages(self, stream: Stream, client: Bucket, reading: Reading) -> Iterator[Page]:
        """The listing, or what became of the objects of a stream that changed since the listing before."""
        if stream.internal:
            return listing_pages(self.key, self.lines(client, reading.cursor["after"] if reading.cursor else ""), reading.cursor)
        wanted, fetch = partial(self.wants, stream), partial(self.fetch, stream, client)
        return changed_pages(self.key, reading, wanted, fetch, self.batching)


def listing_pages(source: str, entries: Iterable[Json], cursor: Json | None) -> Iterator[Page]:
    """The entries of a listing in the order of their keys. Never cut by a limit: a short listing would hide what is there.

    :param entries: those after the key `after` of the cursor.
    :raises SchemaDrift: they are not in order.
    """
    number, after = (cursor["page"], cursor["after"]) if cursor else (0, "")
    batch: list[Record] = []
    for entry in entries:
        if entry["key"] <= after:
            raise SchemaDrift(
                "The bucket's listing is not in the order of its keys",
                source=source,
                where=entry["key"],
                what_to_do="This S3 server does not list as S3 does; listings can only be compared in order.",
            )
        after = entry["key"]
        batch.append(Record(key=after, payload=entry, page=number + 1))
        if len(batch) == LISTING_RECORDS:
            number += 1
            yield Page(batch, [], {"page": number, "after": after}, None, number)
            batch = []
    yield Page(batch, [], None, None, number + 1)


def changed_pages(
    source: str,
    reading: Reading,
    wanted: Callable[[str], bool],
    fetch: Callable[[list[Change], int], Iterator[Fetched]],
    batching: Batching,
) -> Iterator[Page]:
    """What became of the changes between this run's listing and the one before: a delta, or a snapshot when there is none before.

    :param fetch: the records and rejects of some changes in order; the first for the page of that number, any further for the next ones.
    :raises IncompletePage: the listing with which an interrupted read compared is gone.
    """
    cursor, limit, before = reading.cursor, reading.limit, reading.before
    if before is None:
        raise ValueError(f"{source} compares listings and needs to know what was landed before")
    number, after, old_key = (cursor["page"], cursor["after"], cursor["baseline"]) if cursor else (0, "", None)
    compared = None if cursor and old_key is None else before.baseline(old_key)
    if old_key and compared is None:
        raise IncompletePage(
            "The listing that this read began to compare with is not there any more",
            source=source,
            where=old_key,
            what_to_do="Nothing: the task compares again from the start.",
        )
    old_key, old = compared or (None, iter(()))
    kind: Literal["snapshot", "delta"] = "delta" if old_key else "snapshot"
    found = changes(_only(before.listing(), wanted), _only(old, wanted))
    todo = (change for change in found if change.key > after and (limit is None or change.entry is not None))
    read = 0
    for batch in _batches(todo, limit, batching):
        read += len(batch)
        for (records, rejects), is_last in _with_last(fetch(batch, number + 1)):
            number += 1
            resume = {"page": number, "after": batch[-1].key, "baseline": old_key} if is_last else None
            yield Page(records, rejects, resume, None, number, kind, old_key)
    if read == 0:
        yield Page([], [], {"page": number, "after": after, "baseline": old_key}, None, number + 1, kind, old_key)


def _with_last(pieces: Iterator[Fetched]) -> Iterator[tuple[Fetched, bool]]:
    """Each piece, and whether it is the last; nothing at all is one empty piece."""
    waiting = next(pieces, ([], []))
    for piece in pieces:
        yield waiting, False
        waiting = piece
    yield waiting, True


def _only(entries: Iterable[Json], wanted: Callable[[str], bool]) -> Iterator[Json]:
    return (entry for entry in entries if wanted(entry["key"]))


def _batches(todo: Iterable[Change], limit: int | None, most: Batching) -> Iterator[list[Change]]:
    """Changes in order, as many together as a part may hold."""
    batch: list[Change] = []
    size = 0
    for taken, change in enumerate(todo, start=1):
        batch.append(change)
        size += change.entry["size"] if change.entry else 0
        done = limit is not None and taken >= limit
        if len(batch) == most.objects or size >= most.bytes or done:
            yield batch
            batch, size = [], 0
        if done:
            return
    if batch:
        yield batch
