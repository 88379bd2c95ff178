"""MIT OpenCourseWare: the live bucket's `data.json` files (sources.md 2.9 and 3.4.1).

A run lists the bucket first (stream `inventory`, landed like any other), compares that listing with the last one that was wholly
landed, and fetches only objects whose ETag or LastModified differ. LastModified is delivered to Learn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.sources.base import Json, Record, Reject, Stream, text_at
from include.sources.bucket import Bucket, Change
from include.sources.objects import Fetched, ObjectSource
from include.sources.records.objects import ObjectLine
from include.sources.records.ocw import OcwContentFile, OcwCourse

PREFIX = "courses/"
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


INVENTORY = Stream(name="inventory", key_of=lambda payload: str(payload["key"]), record_model=ObjectLine, mode="objects", internal=True)
COURSES = Stream(
    name="courses",
    key_of=course_key,
    record_model=OcwCourse,
    mode="objects",
    html_fields=(text_at("body.course_description_html"), text_at("body.course_description ")),
    may_be_empty=True,
)
CONTENT_FILES = Stream(
    name="content_files",
    key_of=lambda payload: str(payload["object_key"]),
    record_model=OcwContentFile,
    mode="objects",
    html_fields=(text_at("body.content"),),
    may_be_empty=True,
)


class Ocw(ObjectSource):
    """The source `ocw`. Its streams are landed in their order: the listing first."""

    def lines(self, client: Bucket, after: str) -> Iterator[Json]:
        """The objects that some stream wants."""
        entries = client.list_objects(client.prefix or PREFIX, after)
        return (entry for entry in entries if is_course(entry["key"]) or is_content_file(entry["key"]))

    def wants(self, stream: Stream, key: str) -> bool:
        """A course's own file, or one of its pages and resources."""
        return is_course(key) if stream.name == COURSES.name else is_content_file(key)

    def fetch(self, stream: Stream, client: Bucket, batch: list[Change], number: int) -> Iterator[Fetched]:
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
        yield records, rejects


SOURCE = Ocw(
    "ocw",
    "MIT OpenCourseWare",
    (INVENTORY, COURSES, CONTENT_FILES),
    why_not_low_code="a bucket, listed and compared, of which only what changed is fetched",
)
