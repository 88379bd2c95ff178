"""Edits of one JSON record by dotted path: ``page.live``, ``courseruns.0.start_date``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from include.local.upstream.generated.common import Json


class BadEdit(ValueError):
    """The path leads nowhere in this record."""


@dataclass(frozen=True)
class Edit:
    """Values to put at paths, then paths to take away."""

    set: dict[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()


def apply_edits(record: Json, edits: tuple[Edit, ...]) -> Json:
    """A changed copy of ``record``; :raises BadEdit: when a path does not exist (the last part of a set path may be new)."""
    changed: Json = orjson.loads(orjson.dumps(record))
    for edit in edits:
        for path, value in edit.set.items():
            holder, last = _walk(changed, path)
            if isinstance(holder, list):
                holder[_position(holder, last, path)] = value
            else:
                holder[last] = value
        for path in edit.unset:
            holder, last = _walk(changed, path)
            if isinstance(holder, list):
                del holder[_position(holder, last, path)]
            elif holder.pop(last, _MISSING) is _MISSING:
                raise BadEdit(f"{path!r}: there is no {last!r}")
    return changed


_MISSING = object()


def _walk(record: Json, path: str) -> tuple[Any, str]:
    """The object or list that holds the last part of ``path``, and that part."""
    *way, last = path.split(".")
    holder: Any = record
    for part in way:
        if isinstance(holder, list):
            holder = holder[_position(holder, part, path)]
        elif isinstance(holder, dict) and part in holder:
            holder = holder[part]
        else:
            raise BadEdit(f"{path!r}: there is no {part!r}")
    if not isinstance(holder, dict | list):
        raise BadEdit(f"{path!r}: {last!r} is inside a plain value")
    return holder, last


def _position(holder: list[Any], part: str, path: str) -> int:
    if not part.isdecimal() or int(part) >= len(holder):
        raise BadEdit(f"{path!r}: {part!r} is not a position in a list of {len(holder)}")
    return int(part)
