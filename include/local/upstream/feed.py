"""What a feed of the sandbox is made of: its streams of records, its routes, its key check, its bucket.

``feeds/__init__.py`` says how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from include.local.upstream.generated.common import Json
from include.local.upstream.paths import Edit
from include.local.upstream.recorded import json_rows
from include.local.upstream.records import StreamView

if TYPE_CHECKING:
    from include.local.upstream.site import Site

SMALLEST_FULL_SANDBOX = 10
"""From so many resources on every stream has at least one record."""

LIST: frozenset[str] = frozenset()
"""A whole list in one answer."""
NUMBERED = frozenset({"paged"})
"""Pages asked for by number until one is empty."""
LINKED = frozenset({"paged", "linked"})
"""Pages with a link to, or a token of, the next one."""
DRF = frozenset({"paged", "linked", "counted"})
"""Pages with a link and the number of all records."""


@dataclass(frozen=True)
class World:
    """What records are made from: one moment of the sandbox.

    :param anchor: the moment around which dates are put; it stands still, so that moving the clock re-dates nothing.
    :param now: the publisher's today, for what it derives from today.
    :param count: stream of this feed -> number of generated records.
    :param view: stream of this feed -> its records as they are now; ask inside ``make`` only, never to build another stream of itself.
    """

    seed: int
    anchor: datetime
    now: datetime
    count: Callable[[str], int]
    view: Callable[[str], StreamView]


@dataclass(frozen=True)
class Quantity:
    """How many there are: ``share`` per cent of ``UPSTREAM_RESOURCES``, or a ``fixed`` number whatever its size."""

    share: float = 0
    fixed: int | None = None

    def of(self, resources: int) -> int:
        """The number in a sandbox of this size."""
        if self.fixed is not None:
            return self.fixed if resources else 0
        return max(int(resources * self.share / 100), 1 if resources >= SMALLEST_FULL_SANDBOX else 0)


@dataclass(frozen=True)
class Stream:
    """One kind of records that a feed answers with.

    :param make: (world, index) -> record; depends on nothing else, and makes one at a time.
    :param find: key -> index that the key carries, or ``None``; without it a key is looked for among all records.
    :param key: dotted path of the field by which commands name a record.
    :param traits: ``LIST``, ``NUMBERED``, ``LINKED``, ``DRF``, or a set of your own: which faults can show.
    :param unfit: faults that cannot show here although the traits would allow them.
    :param drift_field: the field that ``schema_changed`` renames; the key when empty.
    :param recorded: files of ``<UPSTREAM_DATA>/<feed>/``, globs allowed, read in this order (those of a glob by name).
    :param parse: bytes of one recorded file -> records.
    :param corruptions: kind of ``corruptions.RECORD_KINDS`` -> the edit that makes a record so.
    """

    name: str
    make: Callable[[World, int], Json]
    find: Callable[[str], int | None] | None = None
    key: str = "readable_id"
    quantity: Quantity = Quantity()
    traits: frozenset[str] = LIST
    unfit: frozenset[str] = frozenset()
    drift_field: str = ""
    recorded: tuple[str, ...] = ()
    parse: Callable[[bytes], list[Json]] = json_rows
    corruptions: Mapping[str, Edit] = field(default_factory=dict)


class Auth(Protocol):
    """How a feed knows its callers."""

    def refused(self, request: Request, secret: str) -> Response | None:
        """The answer to a request that may not be served; ``secret`` is the feed's configured one, or empty."""

    def expire(self) -> Response:
        """Make what callers hold invalid, where it can be renewed, and say so."""


@dataclass(frozen=True)
class Objects:
    """A feed that is a bucket: units (a course, an archive, an export) of one or more objects under ``root``.

    A unit is the next part of the key after ``root``: a folder, or an object that lies there directly.

    :param bucket: its name unless ``UPSTREAM_<KEY>_BUCKET`` gives another. Feeds may share a bucket under different roots.
    :param unit: (world, index) -> name of a unit.
    :param make: (world, index) -> (object key, bytes) of a unit. Let them depend on the seed and, if it must be, the anchor only.
    :param main: unit -> key of the object that stands for it in commands.
    :param streams: names for commands: of the units, and, if there is one, of the other objects (``is_member`` says which).
    :param recorded: folder ``<UPSTREAM_DATA>/<feed>`` -> (object key, file); by default the tree under ``root`` as it is.
    :param edit: how an edit changes an object that is not JSON.
    """

    bucket: str
    root: str
    unit: Callable[[World, int], str]
    make: Callable[[World, int], Iterator[tuple[str, bytes]]]
    main: Callable[[str], str]
    streams: tuple[str, ...]
    quantity: Quantity
    is_member: Callable[[str], bool] = lambda key: False
    recorded: Callable[[Path], Iterable[tuple[str, Path]]] | None = None
    edit: Callable[[bytes, Edit], bytes] | None = None
    marker: str = ""
    corruptions: Mapping[str, Edit] = field(default_factory=dict)


@dataclass(frozen=True)
class Feed:
    """One publisher. ``routes`` gives its paths, served under ``/<key>``; ``auth`` makes a check of its own for each sandbox."""

    key: str
    title: str
    streams: tuple[Stream, ...] = ()
    routes: Callable[[Site], Sequence[Route]] = lambda site: ()
    auth: Callable[[], Auth] | None = None
    objects: Objects | None = None

    def stream(self, name: str) -> Stream | None:
        """The HTTP stream of this name."""
        return next((stream for stream in self.streams if stream.name == name), None)

    def traits(self, name: str) -> frozenset[str]:
        """What faults may count on in a stream."""
        stream = self.stream(name)
        given = stream.traits | {"records"} if stream else LIST
        return given | {"auth"} if self.auth else given
