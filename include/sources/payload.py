"""JSON as it can be stored: parsing an answer, and saying why a record cannot be kept.

Postgres' jsonb holds neither NUL characters nor lone surrogates, and JSON has no NaN; such a record is rejected by itself instead
of failing the page that it came in.
"""

from __future__ import annotations

import json
import math
from typing import Any

import orjson

from include.sources.base import Json, Reject

MAX_RECORD_BYTES = 8 * 2**20
SAMPLE_BYTES = 300


class NotFinite:
    """Stands for NaN and Infinity in a parsed answer: orjson would write them as null."""


def parse_json(body: bytes) -> Any:
    """The value of ``body``. ValueError when it is not JSON.

    NaN, Infinity and lone surrogates pass, so that ``encode_record`` rejects the one record that has them.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            return json.loads(body, parse_constant=lambda _: NotFinite(), parse_float=_finite)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _finite(text: str) -> float | NotFinite:
    number = float(text)
    return number if math.isfinite(number) else NotFinite()


def encode_record(key: str, payload: Json) -> bytes | str:
    """The line of a part (canonical: sorted keys), or the reason why this record cannot be kept."""
    try:
        line = orjson.dumps({"key": key, "payload": payload}, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        return why_not_kept(payload) or f"cannot be written as JSON: {error}"
    if len(line) > MAX_RECORD_BYTES:
        return f"larger than {MAX_RECORD_BYTES} bytes: {len(line)}"
    if b"\\u0000" in line:  # an escaped NUL, or a backslash followed by u0000: rare enough to look twice at
        return why_not_kept([key, payload]) or line
    return line


def why_not_kept(value: Any) -> str | None:
    """Why a value cannot be kept, None when it can."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "\x00" in item:
                return "contains a NUL character"
            if not item.isascii() and any("\ud800" <= character <= "\udfff" for character in item):
                return "contains half of a surrogate pair"
        elif isinstance(item, NotFinite) or (isinstance(item, float) and not math.isfinite(item)):
            return "contains a number that is not finite"
        elif isinstance(item, int):
            if not -(2**63) <= item < 2**64:
                return "contains a whole number of more than 64 bits"
        elif isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return None


def reject_of(reason: str, where: str, payload: Any, key: str | None = None) -> Reject:
    """A reject with the beginning of what was sent."""
    try:
        sample = json.dumps(payload, ensure_ascii=True)[:SAMPLE_BYTES]
    except (TypeError, ValueError, RecursionError):
        sample = f"a {type(payload).__name__} that cannot be shown"
    return Reject(reason=reason, where=where, sample=sample, key=key)
