"""Record keys: what a record is called in landing and in the warehouse."""

from __future__ import annotations

from collections.abc import Callable

from include.sources.base import Json

MAX_KEY_BYTES = 1_024
"""Keys are indexed; S3 keys, the longest that occur, end here as well."""


def text_key(field: str) -> Callable[[Json], str]:
    """The key is the text in ``field``. ValueError, with the reason as a person reads it, when there is none."""

    def key_of(payload: Json) -> str:
        value = payload.get(field)
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"has no {field}")
        if "\x00" in value or len(value.encode("utf-8", "surrogatepass")) > MAX_KEY_BYTES or any("\ud800" <= c <= "\udfff" for c in value):
            raise ValueError(f"has a {field} that cannot be a key")
        return value

    return key_of
