"""The one place where HTML is cleaned (sources.md 1.3).

Cleaned text is a function of the text alone, so it is kept by the text's digest: dbt joins it, and each distinct text is cleaned once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import nh3
from psycopg import Cursor

from include.sources.base import Json, Path

CLEANER_VERSION = 1
"""Raise it when the rule changes: the old texts stay for the marts that were built with them."""

ALLOWED_TAGS = {
    "b", "blockquote", "br", "caption", "center", "cite", "code", "div", "em", "hr", "i", "li", "ol", "p", "pre", "q", "small",
    "span", "strike", "strong", "sub", "sup", "u", "ul",
}  # fmt: skip
# Without the "*" entry nh3 would let `lang` and `title` pass on every tag.
NO_ATTRIBUTES: dict[str, set[str]] = {"*": set()}


def clean_html(text: str | None) -> str:
    """``text`` with the allowed tags only, and no attribute; scripts and styles go with their bodies. None gives ''."""
    return nh3.clean(text, tags=ALLOWED_TAGS, attributes=NO_ATTRIBUTES) if text else ""


def source_hash(text: str) -> bytes:
    """Key of a text in ``raw.cleaned_html``: sha256 of its UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def texts_at(payload: Json, paths: Iterable[Path]) -> Iterator[str]:
    """The non-empty texts at the given places of a payload."""
    for path in paths:
        for value in _walk(payload, path):
            if isinstance(value, str) and value:
                yield value


def _walk(value: Any, path: Path) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*":
        for item in value if isinstance(value, list) else ():
            yield from _walk(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _walk(value[path[0]], path[1:])


def store_cleaned(cursor: Cursor[Any], texts: Iterable[str]) -> None:
    """Clean the texts that are not in the cache yet and keep them, within the caller's transaction."""
    by_hash = {source_hash(text): text for text in texts}
    if not by_hash:
        return
    # Lateral with a limit: one look into the index for each text, whatever the planner believes of the table's size.
    cursor.execute(
        "select digest from unnest(%b::bytea[]) as given (digest) left join lateral (select true as known from raw.cleaned_html"
        " where source_hash = digest and cleaner_version = %s limit 1) as cache on true where known is null",
        [list(by_hash), CLEANER_VERSION],
    )
    new = {bytes(digest): clean_html(by_hash[bytes(digest)]) for (digest,) in cursor.fetchall()}
    if new:
        cursor.execute(
            "insert into raw.cleaned_html (source_hash, cleaner_version, cleaned)"
            " select digest, %s, cleaned from unnest(%b::bytea[], %b::text[]) as item (digest, cleaned) on conflict do nothing",
            [CLEANER_VERSION, list(new), list(new.values())],
        )
