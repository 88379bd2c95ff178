"""The OCW feed: a bucket that is filled at start and changed by command (``sources.md`` 2.9).

The bucket keeps its own account in ``_upstream/marker.json`` (outside ``courses/``): what it was filled from, and which keys
commands and archives have changed. A restart leaves those alone, rewrites nothing that is right and removes what is not ours.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from botocore.exceptions import ClientError

from include.local.upstream.archive import LoadedArchive, load_ocw_archive
from include.local.upstream.catalog import ADDED_FROM, DuplicateRecord, UnknownRecord
from include.local.upstream.generated import ocw as generated
from include.local.upstream.generated.common import Json
from include.local.upstream.objects import (
    Changes,
    Writer,
    course_prefix,
    delete_objects,
    ensure_bucket,
    list_courses,
    list_objects,
    put,
    slug_of,
)
from include.local.upstream.paths import BadEdit, Edit, apply_edits
from include.local.upstream.settings import UpstreamSettings, split_resources

log = logging.getLogger(__name__)

MARKER = "_upstream/marker.json"
STREAMS = ("courses", "content_files")


@dataclass
class Marker:
    """The bucket's account of itself. ``touched`` holds keys, and prefixes that end in ``/``."""

    ours: bool = False
    source: str = ""
    touched: list[str] = field(default_factory=list)

    def touch(self, *keys: str) -> None:
        """Note what has been changed."""
        self.touched = sorted({*self.touched, *keys})

    def is_touched(self, slug: str) -> bool:
        """Whether anything of this course has been changed."""
        return any(key.startswith(course_prefix(slug)) for key in self.touched)


class NotOurBucket(RuntimeError):
    """The bucket has courses that this sandbox did not write: filling it would delete them."""


class OcwBucket:
    """The bucket and the commands on it. All methods block; commands and filling exclude each other."""

    def __init__(self, settings: UpstreamSettings, s3: Any) -> None:
        self._settings = settings
        self._s3 = s3
        self._bucket = settings.ocw_bucket
        self._count = 0 if settings.data else split_resources(settings.resources)["ocw", "courses"]
        self._lock = threading.RLock()
        self.progress: dict[str, Any] = {"ready": False, "courses_done": 0, "courses": 0, "error": ""}

    def fill(self, *, afresh: bool = False) -> Changes:
        """Make the bucket what the settings say, except for what commands have changed.

        :param afresh: forget the commands, too.
        :raises NotOurBucket: before anything is written.
        """
        with self._lock:
            marker, source = self._claim(), self._source()
            other_source = afresh or marker.source != source
            if other_source:
                marker = Marker(ours=True, source=source)
            expected = dict(self._expected())
            self.progress |= {"ready": False, "courses": len(expected), "courses_done": 0}
            with Writer(self._s3, self._bucket, marker.touched) as writer:
                for slug, index in expected.items():
                    self._fill_course(writer, slug, index)
                    self.progress["courses_done"] += 1
            changes = writer.changes
            changes.deleted += self._delete_strays(set(expected), marker)
            for archive in self._settings.archives if other_source else ():
                loaded = load_ocw_archive(self._s3, self._bucket, archive)
                marker.touch(*map(course_prefix, loaded.courses))
                changes += loaded.changes
            if other_source:
                self._keep(marker)
            self.progress |= {"ready": True, "error": ""}
            log.info(
                "event=ocw_bucket_filled bucket=%s courses=%d written=%d unchanged=%d deleted=%d",
                self._bucket,
                len(expected),
                changes.written,
                changes.unchanged,
                changes.deleted,
            )
            return changes

    def _fill_course(self, writer: Writer, slug: str, index: int) -> None:
        known = writer.existing(slug)
        extra = set(known)
        for key, body in self._objects(slug, index):
            extra.discard(key)
            writer.write(key, body, known)
        writer.prune(sorted(extra))

    def _source(self) -> str:
        """Says what the bucket is filled from; when it changes, what was there before goes."""
        archives = [str(path.resolve()) for path in self._settings.archives]
        origin = str(self._settings.data.resolve()) if self._settings.data else f"seed {self._settings.seed}, {self._count} courses"
        return f"{origin}; archives {archives}"

    def _expected(self) -> Iterator[tuple[str, int]]:
        if self._settings.data is None:
            yield from ((generated.slug(self._settings.seed, index), index) for index in range(self._count))
            return
        folder = self._settings.data / "ocw" / "courses"
        if folder.is_dir():
            yield from ((path.name, -1) for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink())

    def _objects(self, slug: str, index: int) -> Iterator[tuple[str, bytes]]:
        if self._settings.data is None:
            yield from _as_objects(generated.course_objects(self._settings.seed, index))
            return
        root: Path = self._settings.data / "ocw"
        for path in sorted((root / "courses" / slug).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix(), path.read_bytes()

    def _delete_strays(self, expected: set[str], marker: Marker) -> int:
        there = list_courses(self._s3, self._bucket)
        strays = [slug for slug in there if slug not in expected and not marker.is_touched(slug)]
        found = (key for slug in strays for key, _ in list_objects(self._s3, self._bucket, course_prefix(slug)))
        return delete_objects(self._s3, self._bucket, found)

    def _marker(self) -> Marker:
        try:
            return Marker(**orjson.loads(self._s3.get_object(Bucket=self._bucket, Key=MARKER)["Body"].read()))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return Marker()

    def _claim(self) -> Marker:
        """The marker; an empty bucket gets one first, so that a filling that is cut off is taken up again.

        A bucket with courses and no marker might be a publisher's own, reached by a wrong setting.
        """
        ensure_bucket(self._s3, self._bucket)
        marker = self._marker()
        if not marker.ours:
            if next(list_courses(self._s3, self._bucket), None) is not None:
                raise NotOurBucket(f"the bucket {self._bucket} has courses that are not of this sandbox; name another one")
            marker.ours = True
            self._keep(marker)
        return marker

    def _keep(self, marker: Marker) -> None:
        put(self._s3, self._bucket, MARKER, orjson.dumps(asdict(marker)))

    def _touch(self, *keys: str) -> None:
        marker = self._marker()
        marker.touch(*keys)
        self._keep(marker)

    def key_at(self, stream: str, key: str | None, index: int | None) -> str:
        """Object key that a command means: a course's ``data.json``, or any object; an index counts in listing order.

        :raises UnknownRecord: when it is not there.
        """
        if stream not in STREAMS:
            raise UnknownRecord(f"ocw has no stream {stream}; it has {', '.join(STREAMS)}")
        if key is not None:
            wanted = f"{course_prefix(slug_of(key))}data.json" if stream == "courses" else key
            if wanted not in dict(list_objects(self._s3, self._bucket, wanted)):
                raise UnknownRecord(f"the OCW bucket has no object {wanted!r}")
            return wanted
        keys: Iterable[str] = (f"{course_prefix(slug)}data.json" for slug in list_courses(self._s3, self._bucket))
        if stream == "content_files":
            every = (key for key, _ in list_objects(self._s3, self._bucket, "courses/"))
            keys = (key for key in every if key.endswith("/data.json") and key.count("/") > 2)
        for position, found in enumerate(keys):
            if position == (index or 0):
                return found
        raise UnknownRecord(f"the OCW bucket has no {stream} at index {index}")

    def edit(self, key: str, edit: Edit) -> None:
        """Change fields of a JSON object; its ETag and LastModified change with it."""
        with self._lock:
            try:
                record = orjson.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
            except orjson.JSONDecodeError as error:
                raise BadEdit(f"{key!r} is not JSON, so it has no fields to edit") from error
            self.replace(key, orjson.dumps(apply_edits(record, (edit,))))

    def replace(self, key: str, body: bytes) -> None:
        """Put any bytes in the place of an object."""
        with self._lock:
            self._touch(key)
            put(self._s3, self._bucket, key, body)

    def body(self, key: str) -> bytes:
        """The object's bytes."""
        content: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return content

    def add(self, key: str | None, record: Json | None) -> str:
        """Publish one more course and return its slug: ``record`` as its ``data.json`` under ``key``, or a generated tree."""
        with self._lock:
            there = set(list_courses(self._s3, self._bucket))
            if record is None:
                slug, index = next(
                    (slug, index)
                    for index in range(ADDED_FROM, 2 * ADDED_FROM)
                    if (slug := generated.slug(self._settings.seed, index)) not in there
                )
                objects = _as_objects(generated.course_objects(self._settings.seed, index))
            elif key:
                slug = slug_of(key)
                objects = iter([(f"{course_prefix(slug)}data.json", orjson.dumps(record))])
            else:
                raise BadEdit("an OCW course needs a key: its slug")
            if slug in there:
                raise DuplicateRecord(f"the OCW bucket already has the course {slug!r}")
            self._touch(course_prefix(slug))
            with Writer(self._s3, self._bucket) as writer:
                for name, body in objects:
                    writer.write(name, body, {})
            return slug

    def remove(self, stream: str, key: str) -> int:
        """Take away a course with all its objects, or one object; returns the number of objects."""
        with self._lock:
            target = course_prefix(slug_of(key)) if stream == "courses" else key
            self._touch(target)
            keys = [name for name, _ in list_objects(self._s3, self._bucket, target)] if stream == "courses" else [key]
            return delete_objects(self._s3, self._bucket, keys)

    def load_archive(self, path: Path) -> LoadedArchive:
        """Load an archive over what is there and remember its courses, so that the next start leaves them.

        :raises NotOurBucket: or :raises BadArchive: before anything is written.
        """
        with self._lock:
            self._claim()
            loaded = load_ocw_archive(self._s3, self._bucket, path)
            self._touch(*map(course_prefix, loaded.courses))
            return loaded

    def state(self) -> dict[str, Any]:
        """Progress of the filling and what commands have changed."""
        told = {"bucket": self._bucket, **self.progress}
        if self.progress["ready"]:
            told["touched"] = self._marker().touched
        return told


def _as_objects(records: Iterator[tuple[str, Json]]) -> Iterator[tuple[str, bytes]]:
    return ((key, orjson.dumps(record)) for key, record in records)
