"""What a source is: streams of raw records, yielded page by page, with nothing kept between calls.

The cursor is data (JSON): landing stores it, and a killed read goes on after the last page whose cursor was stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel

Json = dict[str, Any]
Clock = Callable[[], datetime]
Path = tuple[str, ...]
"""A place in a payload; ``*`` stands for every item of a list: ``("courseruns", "*", "page", "description")``."""


@dataclass(frozen=True)
class Record:
    """One raw record as the upstream sent it, or (``removed``) the statement that it is gone."""

    key: str
    payload: Json
    page: int | None = None
    removed: bool = False


@dataclass(frozen=True)
class Reject:
    """A record that could not be read. ``key`` is None when even that is unknown."""

    reason: str
    where: str
    sample: str
    key: str | None = None


@dataclass(frozen=True)
class Page:
    """Records that arrived together.

    ``cursor`` resumes after this page; None means that the read cannot go on from here and would start over.
    ``upstream_total`` is the upstream's own count of the whole stream, None when it does not say.
    ``kind`` delta: only what changed since the listing ``baseline`` (an object key of landing).
    """

    records: list[Record]
    rejects: list[Reject]
    cursor: Json | None
    upstream_total: int | None
    number: int
    kind: Literal["snapshot", "delta"] = "snapshot"
    baseline: str | None = None


@dataclass(frozen=True)
class Stream:
    """One list of records of a source.

    ``complete_read``: a complete read of it shows every record, so a missing one is gone.
    ``volatile``: places that change without a meaning; they are left out of the content hash.
    ``html_fields``: places whose HTML is cleaned into ``raw.cleaned_html`` (sources.md 1.3).
    ``may_be_empty``: no records at all is believable (a list of changes, or of something that not everyone has).
    ``internal``: landed for our own use and not loaded into the warehouse.
    """

    name: str
    key_of: Callable[[Json], str]
    record_model: type[BaseModel]
    mode: Literal["snapshot", "windowed", "objects"] = "snapshot"
    complete_read: bool = True
    volatile: tuple[Path, ...] = ()
    html_fields: tuple[Path, ...] = ()
    may_be_empty: bool = False
    internal: bool = False


class LandedBefore(Protocol):
    """What a source of ``objects`` may ask landing: the listing of this run, and the last one that counts."""

    full: bool

    def listing(self) -> Iterator[Json]:
        """Entries of this run's own listing, in the order of their keys."""

    def baseline(self, key: str | None = None) -> tuple[str, Iterator[Json]] | None:
        """Manifest key and entries of the newest listing whose run is wholly committed (or the listing named)."""


class Source(Protocol):
    """A publisher's feed. Implementations are frozen: ``pages`` gets everything that it needs."""

    @property
    def key(self) -> str:
        """Module, DAG, pool, S3 prefix, dbt folder and tag have this name."""

    @property
    def title(self) -> str:
        """For people."""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """In the order in which they are landed."""

    @property
    def connection_id(self) -> str:
        """The connection with the address and the key."""

    def pages(
        self,
        stream: Stream,
        client: Any,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """Pages of the stream, from the beginning or after ``cursor``.

        The iterator ends only when the upstream said that there is no more; every other end is a typed error of
        ``include.errors``. With ``limit`` it may end earlier, after at least that many records.
        """


@dataclass
class RequestLog:
    """What a read cost: for the manifest and the log."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)

    def count(self, response: Any) -> None:
        """Count an answer that came through our transport, and the retries that it took."""
        retried = int(getattr(response, "retries", 0))
        self.requests += 1 + retried
        self.retries += retried
        self.bytes += len(response.content)
        status = str(response.status_code)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def summary(self) -> Json:
        """Plain numbers for the manifest."""
        return {
            "requests": self.requests,
            "retries": self.retries,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "statuses": dict(sorted(self.statuses.items())),
        }


def find_stream(source: Source, name: str) -> Stream:
    """The stream of that name; KeyError names those that exist."""
    for stream in source.streams:
        if stream.name == name:
            return stream
    raise KeyError(f"{source.key} has no stream {name!r}; it has {', '.join(s.name for s in source.streams)}")
