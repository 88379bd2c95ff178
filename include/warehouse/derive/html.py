"""The one place where HTML is cleaned and texts are unescaped (sources.md 1.3): what SQL is the wrong tool for.

Cleaned text is a function of the text and the policy alone, so it is kept by the text's digest: dbt joins it, and each distinct text is
cleaned once.
"""

from __future__ import annotations

import hashlib
import html
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import nh3
from psycopg import Cursor

from include.sources.base import Json, Path, TextField, TextPolicy

CLEANER_VERSION = 1
"""Raise it when the rule changes: the old texts stay for the marts that were built with them."""

ALLOWED_TAGS = {
    "b", "blockquote", "br", "caption", "center", "cite", "code", "div", "em", "hr", "i", "li", "ol", "p", "pre", "q", "small",
    "span", "strike", "strong", "sub", "sup", "u", "ul",
}  # fmt: skip
# Without the "*" entry nh3 would let `lang` and `title` pass on every tag.
NO_ATTRIBUTES: dict[str, set[str]] = {"*": set()}


# Made once: the settings of a cleaner take longer to read than most texts take to clean.
_WITHOUT_LINKS = nh3.Cleaner(tags=ALLOWED_TAGS, attributes=NO_ATTRIBUTES)
_WITH_LINKS = nh3.Cleaner(
    tags=ALLOWED_TAGS | {"a"}, attributes={"*": set(), "a": {"href", "title"}}, url_schemes={"http", "https", "mailto"}, link_rel=None
)
_WITHOUT_TAGS = nh3.Cleaner(tags=set())


def clean_html(text: str | None) -> str:
    """``text`` with the allowed tags only, and no attribute; scripts and styles go with their bodies. None gives ''."""
    return _WITHOUT_LINKS.clean(text) if text else ""


def keep_links(text: str) -> str:
    """As `clean_html`, with ``<a href title>`` to web and mail addresses (podcasts)."""
    return _WITH_LINKS.clean(text)


def strip_tags(text: str) -> str:
    """The text without any tag; entities stay (the summaries of Medium)."""
    return _WITHOUT_TAGS.clean(text)


def unescape(text: str) -> str:
    """A text without markup that was written for HTML: entities resolved, no white space around it."""
    return html.unescape(text).strip()


POLICIES: dict[TextPolicy, Callable[[str], str]] = {
    "clean": clean_html,
    "links": keep_links,
    "plain": strip_tags,
    "text": unescape,
    "unescaped": html.unescape,
    "unescaped_clean": lambda text: clean_html(html.unescape(text)),
}


Texts = dict[TextPolicy, dict[bytes, str]]
"""Texts by the policy that cleans them and by their digest."""


def source_hash(text: str) -> bytes:
    """Key of a text in ``raw.cleaned_html``: sha256 of its UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def texts_at(payload: Json, fields: Iterable[TextField]) -> Iterator[tuple[TextPolicy, str]]:
    """The non-empty texts at the given places of a payload, each with the policy of its place."""
    for field in fields:
        for value in _walk(payload, field.path):
            if isinstance(value, str) and value:
                yield field.policy, value


def _walk(value: Any, path: Path) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*":
        for item in value if isinstance(value, list) else ():
            yield from _walk(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _walk(value[path[0]], path[1:])


def store_cleaned(cursor: Cursor[Any], texts: Iterable[tuple[TextPolicy, str]]) -> None:
    """Clean the texts that are not in the cache yet and keep them, within the caller's transaction."""
    keep_cleaned(cursor, clean_all(new_texts(cursor, texts)))


def new_texts(cursor: Cursor[Any], texts: Iterable[tuple[TextPolicy, str]]) -> Texts:
    """The texts that are not in the cache yet."""
    given = _by_digest(texts)
    return {policy: {digest: by_hash[digest] for digest in _unknown(cursor, policy, list(by_hash))} for policy, by_hash in given.items()}


def _by_digest(texts: Iterable[tuple[TextPolicy, str]]) -> Texts:
    given: Texts = defaultdict(dict)
    for policy, text in texts:
        given[policy][source_hash(text)] = text
    return given


def _unknown(cursor: Cursor[Any], policy: TextPolicy, digests: list[bytes]) -> list[bytes]:
    # Lateral with a limit: one look into the index for each text, whatever the planner believes of the table's size.
    cursor.execute(
        "select digest from unnest(%b::bytea[]) as given (digest) left join lateral (select true as known from raw.cleaned_html"
        " where source_hash = digest and policy = %s and cleaner_version = %s limit 1) as cache on true where known is null",
        [digests, policy, CLEANER_VERSION],
    )
    return [bytes(digest) for (digest,) in cursor.fetchall()]


def clean_all(texts: Texts) -> Texts:
    """Each text cleaned by its policy. Needs no database, so that it can be done while the database works."""
    return {policy: {digest: POLICIES[policy](text) for digest, text in by_hash.items()} for policy, by_hash in texts.items()}


class CleaningBeside:
    """Cleans texts in a thread of its own while the database takes rows, and keeps each lot before the next begins.

    Within the caller's transaction: nothing is kept of a lot until ``keep`` or the next ``begin``.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="clean")
        self._begun: Future[Texts] | None = None

    def __enter__(self) -> CleaningBeside:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def begin(self, cursor: Cursor[Any], texts: Iterable[tuple[TextPolicy, str]], *, all_new: bool) -> None:
        """Begin to clean the texts that are not in the cache yet, which is not asked when all are believed to be new."""
        self.keep(cursor)
        self._begun = self._pool.submit(clean_all, _by_digest(texts) if all_new else new_texts(cursor, texts))

    def keep(self, cursor: Cursor[Any]) -> None:
        """Wait for what was begun, and keep it in the cache."""
        if self._begun is not None:
            keep_cleaned(cursor, self._begun.result())
            self._begun = None


def keep_cleaned(cursor: Cursor[Any], cleaned: Texts) -> None:
    """Keep cleaned texts in the cache, within the caller's transaction."""
    for policy, by_hash in cleaned.items():
        if by_hash:
            cursor.execute(
                "insert into raw.cleaned_html (source_hash, policy, cleaner_version, cleaned)"
                " select digest, %s, %s, cleaned from unnest(%b::bytea[], %b::text[]) as item (digest, cleaned) on conflict do nothing",
                [policy, CLEANER_VERSION, list(by_hash), list(by_hash.values())],
            )
