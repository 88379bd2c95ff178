"""MITx Online's own database, filled from the same records as its API: what an application gives whose database may be read.

The source `mitxonline_db` reads the views of ``learn_export``; ``sql/mitxonline_app.sql`` says what they promise.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg import sql

from include.local.upstream.catalog import Catalog
from include.local.upstream.generated.common import Json

log = logging.getLogger(__name__)

FEED = "mitxonline"
KINDS = {"courses": "course", "programs": "program"}
"""Stream -> kind of the objects that its records are."""
SQL = Path(__file__).parent / "sql"
Row = tuple[str, int, int | None, int, str]
"""Kind, id, id of what it belongs to, position there, fields as JSON."""


class AppDatabase:
    """Keeps the database equal to the feed, record by record."""

    key = FEED

    def __init__(self, dsn: str, catalog: Catalog) -> None:
        self._dsn = dsn
        self._catalog = catalog
        self.progress: dict[str, Any] = {"ready": False, "rows": 0, "error": ""}

    def fill(self, only: tuple[str, str] | None = None) -> None:
        """Write what differs; rows that are the same keep their ``updated_on``. One transaction, so that a reader sees one state.

        :param only: stream and key of the one record that was edited, and kept its id; None: everything.
        """
        with psycopg.connect(self._dsn) as connection:
            connection.execute((SQL / "mitxonline_app.sql").read_bytes())
            connection.execute("select pg_advisory_xact_lock(hashtextextended('mitxonline_app', 0))")
            connection.execute(
                "create temp table wanted (kind text, id bigint, parent_id bigint, position integer, data jsonb) on commit drop"
            )
            connection.execute("create temp table scope (kind text, id bigint) on commit drop")
            count = _copy(connection, self._rows() if only is None else self._one(connection, *only))
            connection.execute("create index on pg_temp.wanted (kind, id)")
            connection.execute("analyze pg_temp.wanted")
            connection.execute((SQL / "mitxonline_app_sync.sql").read_bytes())
        self.progress |= {"ready": True, "rows": count, "error": ""}
        log.info("event=app_database_filled feed=%s rows=%d", FEED, count)

    def _one(self, connection: psycopg.Connection[Any], stream: str, key: str) -> list[Row]:
        """The rows of one record, and the record as the scope of what may be deleted."""
        kind, record = KINDS[stream], self._catalog.record(FEED, stream, key)
        connection.execute("insert into pg_temp.scope (kind, id) values (%s, %s)", [kind, record["id"]])
        return list(_record_rows(kind, record))

    def _rows(self) -> Iterator[Row]:
        snapshot = self._catalog.snapshot
        for stream, kind in KINDS.items():
            view = self._catalog.view(FEED, stream, snapshot)
            for record in view.records(0, len(view)):
                yield from _record_rows(kind, record)


def grant_reading(admin: psycopg.Connection[Any], role: str) -> None:
    """Let ``role`` read the views, and nothing else of this database."""
    name = sql.Identifier(role)
    for statement in (
        "revoke all on schema public from public",
        "grant usage on schema learn_export to {}",
        "grant select on all tables in schema learn_export to {}",
    ):
        admin.execute(sql.SQL(statement).format(name))


def _record_rows(kind: str, record: Json) -> Iterator[Row]:
    """A record with its page and its runs, each in a row of its own."""
    number = record["id"]
    fields = {name: value for name, value in record.items() if name not in ("id", "page", "courseruns")}
    yield _row(kind, number, None, 0, fields)
    yield _row(f"{kind}_page", number, number, 0, record.get("page") or {})
    for place, run in enumerate(record.get("courseruns", [])):
        yield _row("course_run", run["id"], number, place, {name: value for name, value in run.items() if name != "id"})


def _row(kind: str, number: int, parent: int | None, position: int, fields: Json) -> Row:
    return kind, number, parent, position, orjson.dumps(fields).decode()


def _copy(connection: psycopg.Connection[Any], rows: Iterable[Row]) -> int:
    count = 0
    with connection.cursor().copy("copy pg_temp.wanted (kind, id, parent_id, position, data) from stdin") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
