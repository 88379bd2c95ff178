"""Feeds in memory: a source that yields what a test gives it, and runs landed from plain records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from include.landing import Manifest, land_stream, run_key
from include.sources.base import Json, Page, Reading, Record, Reject, RequestLog, Stream, find_stream
from include.sources.registry import SOURCES

DAY_ONE = datetime(2024, 9, 1, 6, tzinfo=UTC)


def no_clock() -> datetime:
    """The clock of a read that has no need of one."""
    raise AssertionError("this read asked for the time")


@dataclass
class MemoryState:
    """A resume state that outlives an attempt, and remembers every value it was given."""

    value: Json | None = None
    history: list[Json | None] = field(default_factory=list)

    def get(self) -> Json | None:
        return self.value

    def set(self, value: Json | None) -> None:
        self.value = value
        self.history.append(value)


@dataclass
class Client:
    """Stands where a client is needed and nothing is asked of it."""

    log: RequestLog = field(default_factory=RequestLog)


@dataclass(frozen=True)
class ListSource:
    """Pages as given: lists of payloads (or rejects), resumable after each page."""

    given: Sequence[Sequence[Json | Reject]]
    key: str = "mitxonline"
    title: str = "From memory"
    streams: tuple[Stream, ...] = SOURCES["mitxonline"].streams
    connection_id: str = "none"
    counted: bool = True

    def pages(self, stream: Stream, client: Any, reading: Reading) -> Iterator[Page]:
        total = sum(map(len, self.given)) if self.counted else None
        for number, items in enumerate(self.given, start=1):
            if reading.cursor is not None and number <= reading.cursor["page"]:
                continue
            records = [Record(stream.key_of(item), item, number) for item in items if isinstance(item, dict)]
            rejects = [item for item in items if isinstance(item, Reject)]
            yield Page(records, rejects, {"page": number}, total, number)


def course(key: str, version: int = 0, **more: Any) -> Json:
    """A MITx Online course that loads."""
    return {"readable_id": key, "title": f"{key} in version {version}", "page": {"description": f"<p>{key} {version}</p>"}, **more}


def at(hour: int) -> datetime:
    """A moment, hours after the first run."""
    return DAY_ONE + timedelta(hours=hour)


def land_records(
    s3: Any,
    bucket: str,
    hour: int,
    pages: Sequence[Sequence[Json | Reject]],
    *,
    stream: str = "courses",
    limit: int | None = None,
    may_be_empty: bool = True,
    name: str = "",
) -> Manifest:
    """Land payloads as the run of that hour; each page is a part."""
    source = ListSource(pages)
    declared = replace(find_stream(source, stream), may_be_empty=may_be_empty)
    run = run_key("ingest_mitxonline", f"test__{hour}{name}", at(hour))
    return land_stream(source, declared, Client(), s3, bucket, run, lambda: at(hour), limit=limit, part_bytes=1)
