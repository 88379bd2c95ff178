"""MIT OpenCourseWare: the live bucket's `data.json` files (sources.md 2.9 and 3.4.1).

A run lists the bucket first (stream `inventory`, landed like any other), compares that listing with the last one that was wholly
landed, and fetches only objects whose ETag or LastModified differ. So all streams of a run see one listing, and what is gone is known
exactly. LastModified counts, not only the ETag: it is delivered to Learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from include.errors import IncompletePage, SchemaDrift
from include.sources.base import Clock, Group, Json, LandedBefore, Page, Record, Reject, Stream, text_at
from include.sources.bucket import Bucket, Change, changes
from include.sources.records.ocw import OcwContentFile, OcwCourse, OcwObject

PREFIX = "courses/"
LISTING_RECORDS = 5_000
BATCH_OBJECTS = 500
BATCH_BYTES = 8 * 2**20
_COURSE = re.compile(r"courses/[^/]+/data\.json")
_CONTENT_FILE = re.compile(r"courses/[^/]+/(?:pages|resources)/(?:.+/)?data\.json")


def course_key(payload: Json) -> str:
    """``courses/<slug>``: the course's path, as Learn's url and slug have it."""
    return str(payload["object_key"]).removesuffix("/data.json")


def is_course(object_key: str) -> bool:
    """The key of a course's own ``data.json``."""
    return _COURSE.fullmatch(object_key) is not None


def is_content_file(object_key: str) -> bool:
    """The key of the ``data.json`` of a page or a resource of a course."""
    return _CONTENT_FILE.fullmatch(object_key) is not None


INVENTORY = Stream(name="inventory", key_of=lambda payload: str(payload["key"]), record_model=OcwObject, mode="objects", internal=True)
COURSES = Stream(
    name="courses",
    key_of=course_key,
    record_model=OcwCourse,
    mode="objects",
    html_fields=(text_at("body.course_description_html"), text_at("body.course_description ")),
    may_be_empty=True,
)
CONTENT_FILES = Stream(
    name="content_files", key_of=lambda payload: str(payload["object_key"]), record_model=OcwContentFile, mode="objects", may_be_empty=True
)


@dataclass(frozen=True)
class Ocw:
    """The source `ocw`. Its streams are landed in their order: the listing first."""

    key: str = "ocw"
    title: str = "MIT OpenCourseWare"
    streams: tuple[Stream, ...] = (INVENTORY, COURSES, CONTENT_FILES)
    connection_id: str = "upstream_ocw"
    group: Group = "catalog"
    why_not_low_code: str = "a bucket, listed and compared, of which only what changed is fetched"

    def pages(
        self,
        stream: Stream,
        client: Bucket,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """The listing, or the objects of a stream that changed since the listing before."""
        if stream.name == INVENTORY.name:
            return _listing(client, cursor)
        if before is None:
            raise ValueError("ocw compares listings and needs to know what was landed before")
        wanted = is_course if stream.name == COURSES.name else is_content_file
        return _changed_objects(stream, client, cursor, limit, before, wanted)


def _listing(client: Bucket, cursor: Json | None) -> Iterator[Page]:
    """Every object that some stream wants, in the order of keys. Never cut by a limit: a short listing would hide what is there."""
    number, after = (cursor["page"], cursor["after"]) if cursor else (0, "")
    batch: list[Record] = []
    for entry in client.list_objects(PREFIX, after):
        if entry["key"] <= after:
            raise SchemaDrift(
                "The bucket's listing is not in the order of its keys",
                source="ocw",
                where=entry["key"],
                what_to_do="This S3 server does not list as S3 does; listings can only be compared in order.",
            )
        after = entry["key"]
        if is_course(after) or is_content_file(after):
            batch.append(Record(key=after, payload=entry, page=number + 1))
        if len(batch) == LISTING_RECORDS:
            number += 1
            yield Page(batch, [], {"page": number, "after": after}, None, number)
            batch = []
    yield Page(batch, [], None, None, number + 1)


def _changed_objects(
    stream: Stream, client: Bucket, cursor: Json | None, limit: int | None, before: LandedBefore, wanted: Callable[[str], bool]
) -> Iterator[Page]:
    number, after, old_key = (cursor["page"], cursor["after"], cursor["baseline"]) if cursor else (0, "", None)
    compared = None if cursor and old_key is None else before.baseline(old_key)
    if old_key and compared is None:
        raise IncompletePage(
            "The listing that this read began to compare with is not there any more",
            source="ocw",
            where=old_key,
            what_to_do="Nothing: the task compares again from the start.",
        )
    old_key, old = compared or (None, iter(()))
    kind: Literal["snapshot", "delta"] = "delta" if old_key else "snapshot"
    found = changes(_only(before.listing(), wanted), _only(old, wanted))
    todo = (change for change in found if change.key > after and (limit is None or change.entry is not None))
    read = 0
    for batch in _batches(todo, limit):
        number += 1
        records, rejects = _fetch(stream, client, batch, number)
        read += len(batch)
        yield Page(records, rejects, {"page": number, "after": batch[-1].key, "baseline": old_key}, None, number, kind, old_key)
    if read == 0:
        yield Page([], [], {"page": number, "after": after, "baseline": old_key}, None, number + 1, kind, old_key)


def _only(entries: Iterable[Json], wanted: Callable[[str], bool]) -> Iterator[Json]:
    return (entry for entry in entries if wanted(entry["key"]))


def _batches(todo: Iterable[Change], limit: int | None) -> Iterator[list[Change]]:
    """Changes in order, as many together as a part may hold."""
    batch: list[Change] = []
    size = 0
    for taken, change in enumerate(todo, start=1):
        batch.append(change)
        size += change.entry["size"] if change.entry else 0
        done = limit is not None and taken >= limit
        if len(batch) == BATCH_OBJECTS or size >= BATCH_BYTES or done:
            yield batch
            batch, size = [], 0
        if done:
            return
    if batch:
        yield batch


def _fetch(stream: Stream, client: Bucket, batch: list[Change], number: int) -> tuple[list[Record], list[Reject]]:
    """The batch's records in order. An object that vanished since the listing is left out: the next listing says that it is gone."""
    records: list[Record] = []
    rejects: list[Reject] = []
    bodies = iter(client.fetch_all([change.key for change in batch if change.entry is not None]))
    for change in batch:
        record_key = stream.key_of({"object_key": change.key})
        if change.entry is None:
            records.append(Record(key=record_key, payload={}, page=number, removed=True))
            continue
        fetched = next(bodies)
        if fetched is None:
            continue
        if isinstance(fetched, Reject):
            rejects.append(Reject(fetched.reason, fetched.where, fetched.sample, record_key))
        else:
            records.append(Record(key=record_key, payload=fetched, page=number))
    return records, rejects


SOURCE = Ocw()
