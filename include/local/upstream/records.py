"""The records of one stream as they stand now: what the generator or a recording gives, with the edits laid over it.

Nothing is held but the edits: a record is computed when it is asked for, so a stream may have any length.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from include.local.upstream.generated.common import Json
from include.local.upstream.paths import Edit, apply_edits


class UnknownRecord(LookupError):
    """No such stream, key or index."""


class BaseRecords(Protocol):
    """Records that do not change, by index."""

    @property
    def count(self) -> int:
        """How many there are."""

    def record(self, index: int) -> Json:
        """The record at ``index``."""

    def key_of(self, record: Json) -> str | None:
        """The record's key, ``None`` when it has none."""

    def index_of(self, key: str) -> int | None:
        """Index of the record with this key."""


def key_at(record: Json, path: str) -> str | None:
    """The value at a dotted path, as text; ``None`` when it is not there or null."""
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return None if value is None else str(value)


@dataclass(frozen=True)
class GeneratedRecords:
    """Records made on demand; ``find`` reads the index out of a key, without it they are all looked through."""

    count: int
    make: Callable[[int], Json]
    find: Callable[[str], int | None] | None = None
    key: str = "readable_id"

    def record(self, index: int) -> Json:
        """The record at ``index``."""
        return self.make(index)

    def key_of(self, record: Json) -> str | None:
        """The record's key, ``None`` when it has none."""
        return key_at(record, self.key)

    def index_of(self, key: str) -> int | None:
        """Index of the record with this key."""
        if self.find is None:
            return next((index for index in range(self.count) if self.key_of(self.make(index)) == key), None)
        index = self.find(key)
        known = index is not None and 0 <= index < self.count and self.key_of(self.make(index)) == key
        return index if known else None


@dataclass(frozen=True)
class RecordedRecords:
    """Records as a publisher sent them."""

    rows: Sequence[Json]
    key: str = "readable_id"
    positions: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        positions = {key: index for index, row in enumerate(self.rows) if (key := self.key_of(row)) is not None}
        object.__setattr__(self, "positions", positions)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    def record(self, index: int) -> Json:
        """The record at ``index``."""
        return self.rows[index]

    def key_of(self, record: Json) -> str | None:
        """The record's key, ``None`` when it has none."""
        return key_at(record, self.key)

    def index_of(self, key: str) -> int | None:
        """Index of the record with this key."""
        return self.positions.get(key)


@dataclass(frozen=True)
class Overlay:
    """What has been changed in one stream. ``removed`` and ``edits`` name a record by the key it had before any edit."""

    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    added: tuple[tuple[str, Json], ...] = ()


class StreamView:
    """The stream as it is served: base records without the removed ones, in their order, then the added ones."""

    def __init__(self, base: BaseRecords, overlay: Overlay) -> None:
        self._base = base
        self._overlay = overlay
        removed = sorted(index for key in overlay.removed if (index := base.index_of(key)) is not None)
        self._removed = frozenset(removed)
        self._skips = [index - position for position, index in enumerate(removed)]
        self._kept = base.count - len(removed)
        self._indexes: dict[str, Mapping[Any, list[int]]] = {}

    def __len__(self) -> int:
        return self._kept + len(self._overlay.added)

    def entry(self, position: int) -> tuple[str, Json]:
        """Key (before edits) and record (after them) at ``position``; :raises IndexError: beyond the end."""
        if not 0 <= position < len(self):
            raise IndexError(position)
        if position >= self._kept:
            key, record = self._overlay.added[position - self._kept]
        else:
            index = position + bisect_right(self._skips, position)
            record = self._base.record(index)
            key = self._base.key_of(record) or f"#{index}"
        edits = self._overlay.edits.get(key)
        return key, apply_edits(record, edits) if edits else record

    def records(self, start: int, stop: int) -> Iterator[Json]:
        """Records from ``start`` up to, not including, ``stop`` or the end."""
        return (self.entry(position)[1] for position in range(start, min(stop, len(self))))

    def positions_by(self, name: str) -> Mapping[Any, list[int]]:
        """Where the records are that have each value of a member. They are looked through once, as for an index of a database."""
        if name not in self._indexes:
            found: dict[Any, list[int]] = {}
            for position, record in enumerate(self.records(0, len(self))):
                found.setdefault(record.get(name), []).append(position)
            self._indexes[name] = found
        return self._indexes[name]

    def locate(self, key: str) -> int | None:
        """Position of the record with this key."""
        for position, (added, _) in enumerate(self._overlay.added):
            if added == key:
                return self._kept + position
        index = self._base.index_of(key)
        if index is None or index in self._removed:
            return None
        return index - sum(1 for removed in self._removed if removed < index)

    def by_base_index(self, index: int) -> Json | None:
        """The record made from base record ``index`` as it is now; ``None`` when it was removed or never was."""
        if not 0 <= index < self._base.count or index in self._removed:
            return None
        return self.entry(index - sum(1 for removed in self._removed if removed < index))[1]
