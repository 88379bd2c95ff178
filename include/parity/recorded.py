"""Recorded payloads as sources: the real declarations of the streams, with files in place of the publisher."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

from include.errors import NothingLanded
from include.sources.base import Group, Json, Page, Reading, Record, Reject, RequestLog, Source, Stream
from include.sources.payload import parse_json, reject_of
from include.sources.registry import SOURCES

Payloads = Mapping[tuple[str, str], list[Json]]
"""Payloads by (source, stream)."""

RECORDS: LiteralString = """
    select record - 'loader'
    from intermediate.int_resources__normalized
    where etl_source = %(etl_source)s and resource_type = %(resource_type)s and not is_removed
    order by source_key
"""


@dataclass(frozen=True)
class GoldenFile:
    """A file of expected records, and which of ours it is about.

    ``query`` gives our records, a JSON object per row; ``key`` is the member by which two records are the same. ``unordered`` are members
    whose list has no order: Learn's comes from a set, whose order is another one in every process. ``unfold`` makes the records that are
    compared of those in the file.
    """

    name: str
    etl_source: str = ""
    resource_type: str = ""
    query: LiteralString = RECORDS
    key: str = "readable_id"
    unordered: frozenset[str] = frozenset()
    unfold: Callable[[list[Json]], Iterable[Json]] = iter


@dataclass(frozen=True)
class Dataset:
    """Payloads that are loaded together, and the golden files that say what becomes of them."""

    name: str
    payloads: Callable[[Path], Payloads]
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
    def group(self) -> Group:
        """The source's own group."""
        return self.declared.group

    @property
    def connection_id(self) -> str:
        """The source's own connection; not used."""
        return self.declared.connection_id

    def pages(self, stream: Stream, client: Recording, reading: Reading) -> Iterator[Page]:
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


def read_body(path: Path) -> bytes:
    """The bytes of a recorded file. NothingLanded, naming it, when it is missing."""
    if not path.is_file():
        raise NothingLanded(
            "A recorded payload is missing",
            source="parity",
            where=str(path),
            what_to_do="PARITY_UPSTREAM_DIR must have the layout described in docs/parity.md.",
        )
    return path.read_bytes()


def read_json(path: Path) -> Any:
    """The content of a recorded JSON file."""
    return parse_json(read_body(path))


def read_records(path: Path) -> list[Json]:
    """The records of an answer: a DRF page, or a plain list."""
    answer = read_json(path)
    records: list[Json] = answer["results"] if isinstance(answer, dict) else answer
    return records
