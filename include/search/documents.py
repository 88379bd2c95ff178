"""Documents of the index, built set-based in SQL from Learn's Postgres (target_model 2.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import psycopg

from include.contracts import enums
from include.search.statements import FOLDER, statement

CHANNEL_TABLES = (
    "channels_channel",
    "channels_channeltopicdetail",
    "channels_channeldepartmentdetail",
    "channels_channelunitdetail",
)
LABELS: dict[str, type[enums.Labelled]] = {
    "category": enums.ResourceType,
    "certification_type": enums.CertificationType,
    "delivery": enums.Delivery,
    "format": enums.Format,
    "level": enums.Level,
    "pace": enums.Pace,
}


@dataclass(frozen=True)
class Document:
    """One search document. ``text`` is JSON on one line, sent as it is; ``unknown_codes`` is empty when all is well."""

    resource_id: int
    resource_type: str
    text: str
    unknown_codes: str = ""

    @cached_property
    def digest(self) -> bytes:
        """sha256 of the text: two documents with the same digest need not be sent twice."""
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True)
class Lookups:
    """What every document of a sync shares, read once: labels of codes, addresses of channels, featured lists."""

    channels: tuple[tuple[str, str, str], ...]
    featured_lists: tuple[int, ...]

    def parameters(self) -> dict[str, Any]:
        """The lookups as parameters of ``sql/documents``."""
        labels = [(kind, str(member), member.label) for kind, labelled in LABELS.items() for member in labelled]
        return {
            **_columns("label", ("kinds", "codes", "names"), labels),
            **_columns("channel", ("kinds", "keys", "urls"), self.channels),
            "featured_lists": list(self.featured_lists),
        }


def read_lookups(connection: psycopg.Connection[Any], app_base_url: str) -> Lookups:
    """Channels and featured lists as they are now; both empty in a database without Learn's channel tables.

    :param app_base_url: Learn's address, the beginning of every ``channel_url``.
    """
    (known,) = connection.execute("select count(to_regclass(name)) from unnest(%s::text[]) as name", [list(CHANNEL_TABLES)]).fetchall()
    if known[0] < len(CHANNEL_TABLES):
        return Lookups(channels=(), featured_lists=())
    channels = connection.execute(statement("channels"), {"base_url": app_base_url.rstrip("/")}).fetchall()
    featured = connection.execute(
        "select distinct featured_list_id from channels_channel where featured_list_id is not null order by 1"
    ).fetchall()
    # A topic has one channel; should there be two, the first by address speaks for it.
    first = {(kind, key): url for kind, key, url in reversed(channels)}
    return Lookups(
        channels=tuple((kind, key, url) for (kind, key), url in sorted(first.items())),
        featured_lists=tuple(row[0] for row in featured),
    )


def build_documents(connection: psycopg.Connection[Any], resource_ids: Iterable[int], lookups: Lookups) -> dict[int, Document]:
    """The documents of the given resources, by id; an unpublished or unknown resource has none."""
    rows = connection.execute(_documents_sql(), {"ids": list(resource_ids), **lookups.parameters()})
    return {
        resource_id: Document(resource_id, resource_type, text, unknown_codes) for resource_id, resource_type, text, unknown_codes in rows
    }


def rules(lookups: Lookups) -> int:
    """A number that is another one when documents of unchanged rows may differ: another SQL, or other labels."""
    labels = {name: values for name, values in lookups.parameters().items() if name.startswith("label_")}
    digest = hashlib.sha256(_documents_sql() + repr(labels).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


@cache
def _documents_sql() -> bytes:
    return "\n".join(part.read_text() for part in sorted((FOLDER / "documents").glob("*.sql"))).encode()


def _columns(prefix: str, names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> dict[str, list[str]]:
    """Rows turned into one array per column, for ``unnest``."""
    rows = list(rows)
    return {f"{prefix}_{name}": [row[at] for row in rows] for at, name in enumerate(names)}
