"""Canvas: courses as Common Cartridges in a bucket, each with a `.metadata.json` beside it (sources.md 2.14).

A run lists the bucket, takes the latest archive of each course's folder, and looks into those that changed: the table of contents, and
the small XML files that say what the course is. A cartridge is never copied or unpacked; one that is not safe is rejected by name, and
the course stays as it was known. What lies in it comes with the content files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

from include.sources.base import Json, Record, Reject, Stream
from include.sources.bucket import Bucket, Change
from include.sources.imscc import MANIFEST, BadCartridge, Cartridge, leaves
from include.sources.objects import Batching, Fetched, ObjectSource
from include.sources.ranged import ObjectChanged, RangedObject, opened
from include.sources.records.canvas import CanvasCourse, CourseLine

PREFIX = "canvas/course_content/"
ARCHIVE = ".imscc"
METADATA = ".metadata.json"
SETTINGS = "course_settings/course_settings.xml"
CONTEXT = "course_settings/context.xml"
READ_BYTES = 64 * 2**20
"""Of one archive: its table of contents and the files that are read."""
THREADS = 4

INVENTORY = Stream(name="inventory", key_of=lambda payload: str(payload["key"]), record_model=CourseLine, mode="objects", internal=True)
COURSES = Stream(
    name="courses", key_of=lambda payload: str(payload["folder"]), record_model=CanvasCourse, mode="objects", may_be_empty=True
)


class Canvas(ObjectSource):
    """The source `canvas`: the listing first, then the courses whose archive or metadata changed."""

    def lines(self, client: Bucket, after: str) -> Iterator[Json]:
        """The newest archive of each folder. All keys of a folder that was listed are below the name that follows its last slash."""
        return latest_archives(client.list_objects(client.prefix or PREFIX, after[:-1] + "0" if after else ""))

    def fetch(self, stream: Stream, client: Bucket, batch: list[Change], number: int) -> Iterator[Fetched]:
        """The courses of the batch; several archives are looked into at once."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="canvas") as pool:
            found = list(pool.map(lambda change: _course(client, change, number), batch))
        yield [item for item in found if isinstance(item, Record)], [item for item in found if isinstance(item, Reject)]


def latest_archives(entries: Iterable[Json]) -> Iterator[Json]:
    """One line per course folder: its newest archive, with the metadata beside it. Folders without an archive have none."""
    for folder, found in groupby(entries, key=lambda entry: str(entry["key"]).rsplit("/", 1)[0] + "/"):
        objects = {entry["key"]: entry for entry in found}
        archives = [entry for key, entry in objects.items() if key.endswith(ARCHIVE)]
        if archives:
            newest = max(archives, key=lambda entry: (entry["last_modified"], entry["key"]))
            metadata = objects.get(newest["key"].removesuffix(ARCHIVE) + METADATA)
            yield {
                "key": folder,
                "etag": f"{newest['etag']}/{metadata['etag'] if metadata else ''}",
                "last_modified": newest["last_modified"],
                "size": newest["size"],
                "archive": newest["key"],
                "metadata": metadata["key"] if metadata else None,
            }


def _course(client: Bucket, change: Change, number: int) -> Record | Reject | None:
    """The course of a folder; None when its archive was replaced since it was listed, as the next listing will show."""
    folder = change.key.rstrip("/").rsplit("/", 1)[-1]
    if change.entry is None:
        return Record(folder, {}, number, removed=True)
    archive = change.entry["archive"]
    try:
        metadata = _metadata(client, change.entry["metadata"])
        payload = {"folder": folder, "archive": archive, "last_modified": change.entry["last_modified"], "metadata": metadata}
        return Record(folder, payload | _settings(client, change.entry), number)
    except BadCartridge as error:
        return Reject(f"{archive.rsplit('/', 1)[-1]}: {error}", f"s3://{client.name}/{archive}", "", folder)
    except ObjectChanged:
        return None


def _settings(client: Bucket, entry: Json) -> Json:
    """What the cartridge says of its course: the two XML files as they are, and the texts in them by name."""
    file = RangedObject(client.s3, client.name, entry["archive"], entry["etag"].split("/")[0], entry["size"], READ_BYTES)
    try:
        cartridge = Cartridge(opened(file), entry["size"])
        cartridge.check_xml(MANIFEST, "manifest")
        settings, root = cartridge.xml(SETTINGS)
        context, context_root = cartridge.xml(CONTEXT) if CONTEXT in cartridge.members else (None, None)
    finally:
        client.log.requests += file.requests
        client.log.bytes += file.fetched
    return {
        "settings_xml": settings,
        "settings": leaves(root),
        "context_xml": context,
        "context": leaves(context_root) if context_root is not None else {},
    }


def _metadata(client: Bucket, key: str | None) -> Any:
    """The metadata beside the archive, None when there is none."""
    if key is None:
        return None
    [found] = client.fetch_all([key])
    if isinstance(found, Reject):
        raise BadCartridge(f"its metadata {key.rsplit('/', 1)[-1]} {found.reason}")
    return found["body"] if found else None


SOURCE = Canvas(
    "canvas",
    "Canvas",
    (INVENTORY, COURSES),
    why_not_low_code="zips in a bucket, of which only the table of contents and two small files are read",
    batching=Batching(objects=32, bytes=2**62),  # an archive's size says nothing about what is read of it
)
