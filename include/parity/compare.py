"""Two normalized records, field for field. What counts as equal is said in docs/parity.md, section Normalisation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

MOMENTS = frozenset(
    {
        "start_date",
        "end_date",
        "enrollment_start",
        "enrollment_end",
        "last_modified",
        "publish_date",
        "event_datetime",
        "event_end_datetime",
    }
)
"""Fields compared as instants: "2024-09-04 15:00:00+00:00" is "2024-09-04T15:00:00Z"."""
DECIMALS = frozenset({"amount", "continuing_ed_credits"})
"""Fields compared as numbers: "123" is 123.00."""
ABSENT = "(absent)"


@dataclass(frozen=True)
class Difference:
    """One place in which a record is not the golden one. Positions in lists are left out of ``path``: ``runs[].prices[].amount``."""

    path: str
    golden: Any
    ours: Any


@dataclass(frozen=True)
class Pair:
    """A golden record and ours; one of them is missing where the other has no counterpart."""

    key: str
    golden: Mapping[str, Any] | None
    ours: Mapping[str, Any] | None

    def differences(self) -> list[Difference]:
        """Where the two differ; a record without counterpart is one difference, with the path ``(record)``."""
        if self.golden is None or self.ours is None:
            return [Difference("(record)", ABSENT if self.golden is None else self.golden, ABSENT if self.ours is None else self.ours)]
        return list(differences(self.golden, self.ours))


def pair_up(golden: Iterable[Mapping[str, Any]], ours: Iterable[Mapping[str, Any]], key: str = "readable_id") -> list[Pair]:
    """Golden records with ours by ``key``, in the golden order; records that share it (an id in two OCW folders) by their url."""
    waiting: dict[str, list[Mapping[str, Any]]] = {}
    for record in sorted(ours, key=lambda record: _identity(record, key)):
        waiting.setdefault(record[key], []).append(record)
    pairs = []
    for record in golden:
        candidates = waiting.get(record[key], [])
        same_url = [index for index, candidate in enumerate(candidates) if candidate.get("url") == record.get("url")]
        found = candidates.pop(same_url[0] if same_url else 0) if candidates else None
        pairs.append(Pair(record[key], record, found))
    extra = [record for records in waiting.values() for record in records]
    return pairs + [Pair(record[key], None, record) for record in sorted(extra, key=lambda record: _identity(record, key))]


def in_order(record: Mapping[str, Any], unordered: Collection[str]) -> Mapping[str, Any]:
    """The record with the lists of ``unordered`` members sorted."""
    return {name: sorted(value) if name in unordered and isinstance(value, list) else value for name, value in record.items()}


def differences(golden: Any, ours: Any, path: str = "", name: str = "") -> Iterator[Difference]:
    """The places in which two JSON values differ. The order of lists counts."""
    if isinstance(golden, Mapping) and isinstance(ours, Mapping):
        for member in sorted({*golden, *ours}):
            inner = f"{path}.{member}" if path else member
            if member in golden and member in ours:
                yield from differences(golden[member], ours[member], inner, member)
            else:
                yield Difference(inner, golden.get(member, ABSENT), ours.get(member, ABSENT))
    elif isinstance(golden, list) and isinstance(ours, list) and len(golden) == len(ours):
        for theirs, mine in zip(golden, ours, strict=True):
            yield from differences(theirs, mine, f"{path}[]", name)
    elif _comparable(golden, name) != _comparable(ours, name):
        yield Difference(path, golden, ours)


def _identity(record: Mapping[str, Any], key: str) -> tuple[str, str]:
    return record[key], record.get("url") or ""


def _comparable(value: Any, name: str) -> Any:
    """The value with its type, so that true is not 1; moments and decimals by what they say."""
    if name in MOMENTS and isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    if name in DECIMALS and isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return value
    return type(value).__name__, value
