"""OpenCourseWare: the tree ``ocw/courses/<slug>/**/data.json`` as it lies in the live bucket."""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString

from include.parity.recorded import GoldenFile, Payloads, read_json
from include.sources.base import Json
from include.sources.feeds.ocw import is_content_file, is_course

LAST_MODIFIED = "2024-01-01T00:00:00Z"
"""LastModified of every object when the golden records were made; a file in a folder does not have it."""
CONTENT_FILES: LiteralString = "select record from intermediate.int_ocw__content_file_records order by record_key"
GOLDEN = (
    GoldenFile("ocw_courses", "ocw", "course"),
    GoldenFile("ocw_content_files", query=CONTENT_FILES, key="key"),
)


def payloads(folder: Path) -> Payloads:
    """The objects of both streams."""
    objects: dict[tuple[str, str], list[Json]] = {("ocw", "courses"): [], ("ocw", "content_files"): []}
    root = folder / "ocw"
    for path in sorted(root.glob("courses/**/data.json")):
        object_key = path.relative_to(root).as_posix()
        envelope = {"object_key": object_key, "etag": "", "last_modified": LAST_MODIFIED, "body": read_json(path)}
        if is_course(object_key):
            objects["ocw", "courses"].append(envelope)
        elif is_content_file(object_key):
            objects["ocw", "content_files"].append(envelope)
    return objects
