"""A feed that is a bucket: filled at start and changed by command.

The bucket keeps an account of each feed under ``_upstream/`` (outside the feed's root): what it was filled from, and which keys
commands and archives have changed. A restart leaves those alone, rewrites nothing that is right and removes what is not ours.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from include.local.upstream.account import Account, Marker
from include.local.upstream.archive import LoadedArchive, load_ocw_archive
from include.local.upstream.catalog import ADDED_FROM, DuplicateRecord
from include.local.upstream.feed import Feed, World
from include.local.upstream.generated.common import Json
from include.local.upstream.objects import (
    Changes,
    Writer,
    delete_objects,
    list_objects,
    list_unit,
    list_units,
    put,
    unit_of,
)
from include.local.upstream.paths import BadEdit, Edit, apply_edits
from include.local.upstream.records import UnknownRecord
from include.local.upstream.settings import UpstreamSettings

MakeObjects = Callable[[], Iterator[tuple[str, bytes]]]

log = logging.getLogger(__name__)


class FeedBucket:
    """The bucket of one feed and the commands on it. All methods block; commands and filling exclude each other."""

    def __init__(self, feed: Feed, settings: UpstreamSettings, s3: Any, world: World) -> None:
        if feed.objects is None:
            raise TypeError(f"{feed.key} has no bucket")
        self.key = feed.key
        self.objects = feed.objects
        self._settings = settings
        self._s3 = s3
        self._world = world
        self._bucket = settings.buckets.get(feed.key, feed.objects.bucket)
        self._root = feed.objects.root
        self._account = Account(s3, self._bucket, self._root, feed.objects.marker or f"_upstream/{feed.key}.json")
        self._count = 0 if settings.data else feed.objects.quantity.of(settings.resources)
        self._archives = settings.archives if feed.key == "ocw" else ()
        self._lock = threading.RLock()
        self.progress: dict[str, Any] = {"ready": False, "units_done": 0, "units": 0, "error": ""}

    def fill(self, *, afresh: bool = False) -> Changes:
        """Make the bucket what the settings say, except for what commands have changed.

        :param afresh: forget the commands, too.
        :raises NotOurBucket: before anything is written.
        """
        with self._lock:
            marker, source = self._account.claim(), self._source()
            other_source = afresh or marker.source != source
            if other_source:
                marker = Marker(ours=True, source=source)
            expected = dict(self._expected())
            self.progress |= {"ready": False, "units": len(expected), "units_done": 0}
            with Writer(self._s3, self._bucket, marker.touched) as writer:
                for unit, objects in expected.items():
                    self._fill_unit(writer, unit, objects)
                    self.progress["units_done"] += 1
            changes = writer.changes
            changes.deleted += self._delete_strays(set(expected), marker)
            for archive in self._archives if other_source else ():
                loaded = load_ocw_archive(self._s3, self._bucket, archive)
                marker.touch(*map(self._folder, loaded.courses))
                changes += loaded.changes
            if other_source:
                self._account.keep(marker)
            self.progress |= {"ready": True, "error": ""}
            log.info(
                "event=bucket_filled feed=%s bucket=%s units=%d written=%d unchanged=%d deleted=%d",
                self.key,
                self._bucket,
                len(expected),
                changes.written,
                changes.unchanged,
                changes.deleted,
            )
            return changes

    def _folder(self, unit: str) -> str:
        return f"{self._root}{unit}/"

    def _fill_unit(self, writer: Writer, unit: str, objects: MakeObjects) -> None:
        known = list_unit(self._s3, self._bucket, self._root, unit)
        extra = set(known)
        for key, body in objects():
            extra.discard(key)
            writer.write(key, body, known)
        writer.prune(sorted(extra))

    def _source(self) -> str:
        """Says what the bucket is filled from; when it changes, what was there before goes."""
        archives = [str(path.resolve()) for path in self._archives]
        origin = str(self._settings.data.resolve()) if self._settings.data else f"seed {self._settings.seed}, {self._count} units"
        return f"{origin}; archives {archives}"

    def _expected(self) -> Iterator[tuple[str, MakeObjects]]:
        """Units, with a function that gives their objects."""
        if self._settings.data is None:
            for index in range(self._count):
                yield self.objects.unit(self._world, index), partial(self.objects.make, self._world, index)
            return
        found: dict[str, list[tuple[str, Path]]] = {}
        for key, path in (self.objects.recorded or self._tree)(self._settings.data / self.key):
            found.setdefault(unit_of(self._root, key), []).append((key, path))
        for unit, files in found.items():
            yield unit, partial(_contents, files)

    def _tree(self, folder: Path) -> Iterator[tuple[str, Path]]:
        for path in sorted((folder / self._root).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path

    def _delete_strays(self, expected: set[str], marker: Marker) -> int:
        there = list_units(self._s3, self._bucket, self._root)
        strays = [unit for unit in there if unit not in expected and not marker.is_touched(self._root, unit)]
        found = (key for unit in strays for key in list_unit(self._s3, self._bucket, self._root, unit))
        return delete_objects(self._s3, self._bucket, found)

    def key_at(self, stream: str, key: str | None, index: int | None) -> str:
        """Object key that a command means: the main object of a unit, or any object; an index counts in listing order.

        :raises UnknownRecord: when it is not there.
        """
        streams = self.objects.streams
        if stream not in streams:
            raise UnknownRecord(f"{self.key} has no stream {stream}; it has {', '.join(streams)}")
        if key is not None:
            wanted = self.objects.main(unit_of(self._root, key)) if stream == streams[0] else key
            if wanted not in dict(list_objects(self._s3, self._bucket, wanted)):
                raise UnknownRecord(f"the bucket of {self.key} has no object {wanted!r}")
            return wanted
        keys: Iterable[str] = map(self.objects.main, list_units(self._s3, self._bucket, self._root))
        if stream != streams[0]:
            keys = (key for key, _ in list_objects(self._s3, self._bucket, self._root) if self.objects.is_member(key))
        found = next(islice(keys, index or 0, None), None)
        if found is None:
            raise UnknownRecord(f"the bucket of {self.key} has no {stream} at index {index}")
        return found

    def edit(self, key: str, edit: Edit) -> None:
        """Change fields of an object; its ETag and LastModified change with it."""
        with self._lock:
            body = self.body(key)
            if self.objects.edit is not None and not key.endswith(".json"):
                self.replace(key, self.objects.edit(body, edit))
                return
            try:
                record = orjson.loads(body)
            except orjson.JSONDecodeError as error:
                raise BadEdit(f"{key!r} is not JSON, so it has no fields to edit") from error
            self.replace(key, orjson.dumps(apply_edits(record, (edit,))))

    def replace(self, key: str, body: bytes) -> None:
        """Put any bytes in the place of an object."""
        with self._lock:
            self._account.touch(key)
            put(self._s3, self._bucket, key, body)

    def body(self, key: str) -> bytes:
        """The object's bytes."""
        content: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return content

    def add(self, key: str | None, record: Json | None) -> str:
        """Publish one more unit and return its name: ``record`` as its main object under ``key``, or a generated one."""
        with self._lock:
            there = set(list_units(self._s3, self._bucket, self._root))
            if record is None:
                unit, index = next(
                    (unit, index)
                    for index in range(ADDED_FROM, 2 * ADDED_FROM)
                    if (unit := self.objects.unit(self._world, index)) not in there
                )
                objects = self.objects.make(self._world, index)
            elif key:
                unit = unit_of(self._root, key)
                objects = iter([(self.objects.main(unit), orjson.dumps(record))])
            else:
                raise BadEdit(f"a record of {self.key} needs a key: the name of its unit")
            if unit in there:
                raise DuplicateRecord(f"the bucket of {self.key} already has {unit!r}")
            self._account.touch(self._folder(unit))
            with Writer(self._s3, self._bucket) as writer:
                for name, body in objects:
                    writer.write(name, body, {})
            return unit

    def remove(self, stream: str, key: str) -> int:
        """Take away a unit with all its objects, or one object; returns the number of objects."""
        with self._lock:
            if stream != self.objects.streams[0]:
                self._account.touch(key)
                return delete_objects(self._s3, self._bucket, [key])
            unit = unit_of(self._root, key)
            keys = list(list_unit(self._s3, self._bucket, self._root, unit))
            self._account.touch(self._folder(unit), *(key for key in keys if key == self._root + unit))
            return delete_objects(self._s3, self._bucket, keys)

    def load_archive(self, path: Path) -> LoadedArchive:
        """Load an archive over what is there and remember its courses, so that the next start leaves them.

        :raises NotOurBucket: or :raises BadArchive: before anything is written.
        """
        with self._lock:
            self._account.claim()
            loaded = load_ocw_archive(self._s3, self._bucket, path)
            self._account.touch(*map(self._folder, loaded.courses))
            return loaded

    def corruptions(self, stream: str) -> Mapping[str, Edit]:
        """How the main object of a unit is made invalid; other objects have no fields to do it with."""
        return self.objects.corruptions if stream == self.objects.streams[0] else {}

    def state(self) -> dict[str, Any]:
        """Progress of the filling and what commands have changed."""
        told = {"bucket": self._bucket, **self.progress}
        if self.progress["ready"]:
            told["touched"] = self._account.read().touched
        return told


def _contents(files: list[tuple[str, Path]]) -> Iterator[tuple[str, bytes]]:
    return ((key, path.read_bytes()) for key, path in files)
