"""Cleaned texts made anew when the cleaner, or what it is applied to, is another one than it was.

Loading cleans the texts of new versions only. So a new version of the cleaner, or another declaration of a stream's fields, leaves the
texts of the versions that are there without their result; before the next build they are made from the raw versions, once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import tuple_row

from include.sources.base import Stream
from include.sources.registry import SOURCES
from include.warehouse.derive.html import CLEANER_VERSION, store_cleaned, texts_at
from include.warehouse.schema import raw_table

log = logging.getLogger(__name__)

BATCH_RECORDS = 500


def cleaning(stream: Stream) -> str:
    """What is cleaned in a stream, and how, as a short text that differs when either does."""
    places = sorted((field.policy, *field.path) for field in stream.html_fields)
    return hashlib.sha256(repr((CLEANER_VERSION, places)).encode()).hexdigest()[:16]


def clean_again(connection: Connection[Any], streams: Iterable[tuple[str, Stream]] | None = None) -> list[str]:
    """Clean the texts of every raw version of the streams that were cleaned otherwise; returns the names of their tables.

    One transaction for each table. All versions, not only the latest: the catalogue can be built for any moment (`as_of`).

    :param streams: pairs of source key and stream; by default every stream of the registry.
    """
    pairs = streams if streams is not None else [(source.key, stream) for source in SOURCES.values() for stream in source.streams]
    done = []
    for source, stream in pairs:
        if stream.html_fields and not stream.internal and _clean_table(connection, source, stream):
            done.append(raw_table(source, stream.name))
    return done


def mark_cleaned(cursor: Any, source: str, stream: Stream) -> None:
    """Record that every text of the stream's raw versions is cleaned as declared now."""
    cursor.execute(
        "insert into ops.cleanings (source, stream, cleaning, cleaned_at) values (%s, %s, %s, clock_timestamp())"
        " on conflict (source, stream) do update set cleaning = excluded.cleaning, cleaned_at = excluded.cleaned_at",
        [source, stream.name, cleaning(stream)],
    )


def _clean_table(connection: Connection[Any], source: str, stream: Stream) -> bool:
    table = raw_table(source, stream.name)
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        known = cursor.execute("select cleaning from ops.cleanings where source = %s and stream = %s", [source, stream.name]).fetchone()
        if known == (cleaning(stream),):
            return False
        with connection.cursor("versions", row_factory=tuple_row) as versions:
            versions.execute(sql.SQL("select payload from raw.{} where payload is not null").format(sql.Identifier(table)))
            while batch := versions.fetchmany(BATCH_RECORDS):
                store_cleaned(cursor, (text for (payload,) in batch for text in texts_at(payload, stream.html_fields)))
        mark_cleaned(cursor, source, stream)
    log.info("event=cleaned_again table=%s cleaning=%s", table, cleaning(stream))
    return True
