"""Record keys: what a record is called in landing and in the warehouse."""

from __future__ import annotations

from collections.abc import Callable

from include.sources.base import Json

MAX_KEY_BYTES = 1_024
"""Of each text. Keys are indexed; S3 keys, the longest that occur, end here as well."""


def text_key(*fields: str) -> Callable[[Json], str]:
    """The key is the text in ``fields``, with bars between several. ValueError, as a person reads it, when one has none."""

    def key_of(payload: Json) -> str:
        return "|".join(_text(payload, field) for field in fields)

    return key_of


def _text(payload: Json, field: str) -> str:
    value = payload.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"has no {field}")
    if "\x00" in value or len(value.encode("utf-8", "surrogatepass")) > MAX_KEY_BYTES or any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError(f"has a {field} that cannot be a key")
    return value
