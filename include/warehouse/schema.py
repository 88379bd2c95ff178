"""Tables of the schemas `raw` and `ops`: made from the declared streams, in any Postgres 15 to 18."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from include.sources.registry import stream_names

SQL_FOLDER = Path(__file__).parent / "sql"
LEDGER_TABLES = (
    "ops.runs",
    "ops.loads",
    "ops.rejects",
    "ops.unread",
    "ops.cleanings",
    "ops.absences",
    "ops.transforms",
    "ops.mart_state",
    "raw.cleaned_html",
)
SCHEMA_LOCK = 0x5C4E3A01
"""Key of the advisory lock under which the tables are made, so that two first runs do not collide."""


def read_sql(name: str) -> bytes:
    """The text of one file of ``include/warehouse/sql`` (bytes: psycopg takes a literal str or bytes as a query)."""
    return (SQL_FOLDER / name).read_bytes()


def raw_table(source: str, stream: str) -> str:
    """Name, without schema, of the raw table of a stream: ``mitxonline__courses``."""
    return f"{source}__{stream}"


def ensure_schema(connection: Connection[Any], streams: Iterable[tuple[str, str]] | None = None) -> None:
    """Make what is missing of `raw` and `ops`, and commit; where nothing is missing this is one query.

    :param streams: pairs of source key and stream name; by default every stream of the registry.
    """
    tables = [raw_table(source, stream) for source, stream in (stream_names() if streams is None else streams)]
    with connection.transaction():
        if _all_there(connection, tables):
            return
        connection.execute("select pg_advisory_xact_lock(%s)", [SCHEMA_LOCK])
        for schema in ("raw", "ops"):
            if connection.execute("select to_regnamespace(%s) is null as absent", [schema]).fetchall()[0][0]:
                connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        _prefer_fast_compression(connection)
        connection.execute(read_sql("ops.sql"))
        for table in tables:
            connection.execute(
                sql.SQL(read_sql("raw_table.sql").decode()).format(table=sql.Identifier(table), index=sql.Identifier(f"{table}_latest"))
            )
        connection.execute(read_sql("grants.sql"))


def _all_there(connection: Connection[Any], tables: list[str]) -> bool:
    wanted = [*LEDGER_TABLES, *(f"raw.{table}" for table in tables)]
    row = connection.execute("select bool_and(to_regclass(name) is not null) from unnest(%s::text[]) name", [wanted]).fetchone()
    return bool(row and row[0])


def _prefer_fast_compression(connection: Connection[Any]) -> None:
    """Payloads are compressed with lz4 where the server was built with it: several times faster than pglz."""
    connection.execute(
        "select set_config('default_toast_compression', 'lz4', true) from pg_settings"
        " where name = 'default_toast_compression' and 'lz4' = any(enumvals)"
    )
