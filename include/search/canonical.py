"""One form for documents that mean the same, to compare what an index holds with what Learn's Postgres gives."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any

import orjson

RANK = "featured_rank"


def canonical(source: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what differs by design: Learn adds a fraction to the rank of featured resources, anew each day."""
    rank = source.get(RANK)
    return {**source, RANK: math.floor(rank)} if isinstance(rank, float) else dict(source)


def digest(source: Mapping[str, Any]) -> bytes:
    """sha256 of the canonical document; the order of its keys does not matter."""
    return hashlib.sha256(orjson.dumps(canonical(source), option=orjson.OPT_SORT_KEYS)).digest()


def differing_fields(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Names of the top-level fields that differ, in the order of the alphabet."""
    left, right = canonical(one), canonical(other)
    absent = object()
    return sorted(name for name in left.keys() | right.keys() if left.get(name, absent) != right.get(name, absent))
