"""Recorded payloads as sources: the real declarations of the streams, with files in place of the publisher.

The layout is that of recorded upstream answers: ``mitxonline/*.json`` (DRF pages), ``xpro/*.json`` (plain lists) and the tree
``ocw/courses/<slug>/**/data.json`` as it lies in the live bucket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from include.errors import NothingLanded
from include.sources.base import Clock, Json, LandedBefore, Page, Record, Reject, RequestLog, Source, Stream
from include.sources.ocw import is_content_file, is_course
from include.sources.payload import parse_json, reject_of
from include.sources.registry import SOURCES

OCW_LAST_MODIFIED = "2024-01-01T00:00:00Z"
"""LastModified of every object when the golden records were made; a file in a folder does not have it."""


@dataclass(frozen=True)
class GoldenFile:
    """A file of expected records, and which of ours it is about."""

    name: str
    etl_source: str
    resource_type: str


@dataclass(frozen=True)
class Dataset:
    """Payloads that are loaded together, and the golden files that say what becomes of them."""

    name: str
    payloads: Callable[[Path], Mapping[tuple[str, str], list[Json]]]
    golden: tuple[GoldenFile, ...]


@dataclass
class Recording:
    """Stands where a source expects its client."""

    payloads: list[Json]
    log: RequestLog = field(default_factory=RequestLog)


@dataclass(frozen=True)
class RecordedSource:
    """A declared source whose records come from a recording, in one page."""

    declared: Source

    @property
    def key(self) -> str:
        """The source's own key."""
        return self.declared.key

    @property
    def title(self) -> str:
        """The source's own title."""
        return self.declared.title

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The source's own streams."""
        return self.declared.streams

    @property
    def connection_id(self) -> str:
        """The source's own connection; not used."""
        return self.declared.connection_id

    def pages(
        self,
        stream: Stream,
        client: Recording,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """Everything that was recorded; a record without a key is rejected as the real source rejects it."""
        records: list[Record] = []
        rejects: list[Reject] = []
        for payload in client.payloads:
            try:
                records.append(Record(stream.key_of(payload), payload, page=1))
            except ValueError as error:
                rejects.append(reject_of(str(error), "recording", payload))
        yield Page(records, rejects, None, len(client.payloads), 1)


def recorded(source: str) -> RecordedSource:
    """The source of that key, to be read from a recording."""
    return RecordedSource(SOURCES[source])


def _read(path: Path) -> Any:
    if not path.is_file():
        raise NothingLanded(
            "A recorded payload is missing",
            source="parity",
            where=str(path),
            what_to_do="PARITY_UPSTREAM_DIR must have the layout described in docs/parity.md.",
        )
    return parse_json(path.read_bytes())


def _records(path: Path) -> list[Json]:
    """The records of an answer: a DRF page, or a plain list."""
    answer = _read(path)
    records: list[Json] = answer["results"] if isinstance(answer, dict) else answer
    return records


def _ocw_objects(folder: Path) -> dict[tuple[str, str], list[Json]]:
    objects: dict[tuple[str, str], list[Json]] = {("ocw", "courses"): [], ("ocw", "content_files"): []}
    for path in sorted(folder.glob("courses/**/data.json")):
        object_key = path.relative_to(folder).as_posix()
        envelope = {"object_key": object_key, "etag": "", "last_modified": OCW_LAST_MODIFIED, "body": _read(path)}
        if is_course(object_key):
            objects["ocw", "courses"].append(envelope)
        elif is_content_file(object_key):
            objects["ocw", "content_files"].append(envelope)
    return objects


def _catalogues(folder: Path) -> dict[tuple[str, str], list[Json]]:
    return {
        ("mitxonline", "courses"): _records(folder / "mitxonline" / "mitxonline_courses.json"),
        ("mitxonline", "programs"): _records(folder / "mitxonline" / "mitxonline_programs.json"),
        ("xpro", "courses"): _records(folder / "xpro" / "xpro_courses.json"),
        ("xpro", "programs"): _records(folder / "xpro" / "xpro_programs.json"),
        **_ocw_objects(folder / "ocw"),
    }


def _program_children(folder: Path) -> dict[tuple[str, str], list[Json]]:
    both = _read(folder / "mitxonline" / "mitxonline_program_children_loader.json")
    return {("mitxonline", "courses"): both["courses"], ("mitxonline", "programs"): both["programs"]}


DATASETS = (
    Dataset(
        "catalogues",
        _catalogues,
        (
            GoldenFile("mitxonline_courses", "mitxonline", "course"),
            GoldenFile("mitxonline_programs", "mitxonline", "program"),
            GoldenFile("xpro_courses", "xpro", "course"),
            GoldenFile("xpro_programs", "xpro", "program"),
            GoldenFile("ocw_courses", "ocw", "course"),
        ),
    ),
    Dataset("program children", _program_children, (GoldenFile("mitxonline_program_children", "mitxonline", "program"),)),
)
