"""What a source is: streams of raw records, yielded page by page, with nothing kept between calls.

The cursor is data (JSON): landing stores it, and a killed read goes on after the last page whose cursor was stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from include.errors import PipelineError
from include.sources.json_schema import JsonSchema

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
class Unread:
    """A part of a stream that could not be read (one show's RSS, one playlist) while the others were.

    The keys of all its records begin with ``prefix``: what is known of them stays as it was. ``kind`` is the name of the error's class.
    """

    prefix: str
    kind: str
    message: str
    where: str
    what_to_do: str

    def __post_init__(self) -> None:
        if not self.prefix:
            raise ValueError("an empty prefix would say that nothing of the stream was read: raise the error instead")

    @classmethod
    def because(cls, prefix: str, error: PipelineError) -> Unread:
        """The part with this prefix, and the error that kept it from being read."""
        return cls(prefix, type(error).__name__, error.message, error.where, error.what_to_do)


@dataclass(frozen=True)
class Page:
    """Records that arrived together.

    ``cursor`` resumes after this page; None means that the read cannot go on from here and would start over.
    ``upstream_total`` is the upstream's own count of the whole stream, None when it does not say.
    ``kind`` delta: only what changed since the listing ``baseline`` (an object key of landing).
    ``unread``: parts of the stream that failed by themselves; when all do, and nothing was read, the first error is the read's.
    """

    records: list[Record]
    rejects: list[Reject]
    cursor: Json | None
    upstream_total: int | None
    number: int
    kind: Literal["snapshot", "delta"] = "snapshot"
    baseline: str | None = None
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Expansion:
    """How the loader makes records of a landed document (``include.warehouse.derive``).

    ``records``: from the key and the payload of the document to keys and payloads; each key begins with the document's. A document that
    it cannot read is a `SourceError`: it is rejected whole, and what was known of it stays.
    ``version``: raise it when the result changes; landings that were loaded with another one can then be loaded again.
    """

    records: Callable[[str, Json], Iterable[tuple[str, Json]]]
    version: int


TextPolicy = Literal["clean", "links", "plain", "text", "unescaped", "unescaped_clean"]
"""How a text is made safe (`include.warehouse.derive.html`): the rule of sources.md 1.3, the same with links, without any tag, an escaped
text without markup, the same with the space around it, HTML that was escaped once more than it should be."""


@dataclass(frozen=True)
class TextField:
    """A place of a payload whose text is cleaned, and by which rule."""

    path: Path
    policy: TextPolicy = "clean"


def text_at(place: str, policy: TextPolicy = "clean") -> TextField:
    """A `TextField` by its dotted place: ``courseruns.*.page.description``."""
    return TextField(tuple(place.split(".")), policy)


@dataclass(frozen=True)
class Stream:
    """One list of records of a source.

    ``complete_read``: a complete read of it shows every record, so a missing one is gone.
    ``removed_after``: when it was missing from so many complete reads in a row; more than one for feeds that lose records for a day.
    ``volatile``: places that change without a meaning; they are left out of the content hash.
    ``record_model``: what a record must be so that the transformation can use it; others are rejected one by one.
    ``html_fields``: places whose text is cleaned into ``raw.cleaned_html``, each by its policy.
    ``may_be_empty``: no records at all is believable (a list of changes, or of something that not everyone has).
    ``internal``: landed for our own use and not loaded into the warehouse.
    ``pages`` drf: a low-code stream's answers are pages of Django REST framework, which must add up to their count.
    ``expand``: a landed record is a document, and the loader makes the records of it. ``record_model`` is then of those.
    """

    name: str
    key_of: Callable[[Json], str]
    record_model: type[BaseModel] | JsonSchema
    mode: Literal["snapshot", "windowed", "objects"] = "snapshot"
    complete_read: bool = True
    removed_after: int = 1
    volatile: tuple[Path, ...] = ()
    html_fields: tuple[TextField, ...] = ()
    may_be_empty: bool = False
    internal: bool = False
    pages: Literal["drf"] | None = None
    expand: Expansion | None = None

    def __post_init__(self) -> None:
        if self.removed_after < 1 or (self.removed_after > 1 and not (self.complete_read and self.mode == "snapshot")):
            raise ValueError(f"stream {self.name}: only a complete read of the whole can be missing a record, and once at least")


class LandedBefore(Protocol):
    """What a source that reads changes may ask landing: the listing of this run and the last one that counts, or its last cursor."""

    full: bool

    def listing(self) -> Iterator[Json]:
        """Entries of this run's own listing, in the order of their keys."""

    def baseline(self, key: str | None = None) -> tuple[str, Iterator[Json]] | None:
        """Manifest key and entries of the newest listing whose run is wholly committed (or the listing named)."""

    def last(self, stream: str) -> tuple[str, Json] | None:
        """Manifest key and last cursor of the newest complete landing of a stream by another run."""


@dataclass(frozen=True)
class Reading:
    """From where and how far a stream is read.

    :ivar cursor: of the last page that was stored, None: from the beginning.
    :ivar limit: the read may end after that many records.
    :ivar before: what was landed; only a source that reads changes needs it.
    """

    clock: Clock
    cursor: Json | None = None
    limit: int | None = None
    before: LandedBefore | None = None


Group = Literal["catalog", "news", "views"]


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

    @property
    def group(self) -> Group:
        """What it feeds: the catalogue of resources, the news, or the counts of views."""

    def pages(self, stream: Stream, client: Any, reading: Reading) -> Iterator[Page]:
        """Pages of the stream, from the beginning or after the cursor.

        The iterator ends only when the upstream said that there is no more; every other end is a typed error of
        ``include.errors``. With a limit it may end earlier, after at least that many records.
        """


class OwnConnection:
    """A source whose connection is called after it."""

    key: str

    @property
    def connection_id(self) -> str:
        """The connection with the address and the key."""
        return f"upstream_{self.key}"


Reader = Callable[[Stream, Any, Reading], Iterator[Page]]


@dataclass(frozen=True)
class PythonSource(OwnConnection):
    """A source that a function reads, as `Source.pages` has to."""

    key: str
    title: str
    streams: tuple[Stream, ...]
    read: Reader
    why_not_low_code: str
    group: Group = "catalog"

    def pages(self, stream: Stream, client: Any, reading: Reading) -> Iterator[Page]:
        """The pages of a stream."""
        return self.read(stream, client, reading)


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
