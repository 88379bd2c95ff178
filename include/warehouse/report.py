"""What the ledger answers: when was X last loaded, from which object, by which run, and why is it not shown."""

from __future__ import annotations

from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row

from include.warehouse.schema import raw_table, read_sql

Row = dict[str, Any]


def run_summary(connection: Connection[Any], run_key: str) -> list[Row]:
    """One row per stream of a run: status, landed, new versions, removed, rejected, complete, error."""
    return _rows(connection, read_sql("run_summary.sql"), {"run_key": run_key})


def source_summary(connection: Connection[Any]) -> list[Row]:
    """One row per stream: last landing, last load, and what is in the warehouse from all of its loads."""
    return _rows(connection, read_sql("source_summary.sql"), {})


def record_history(connection: Connection[Any], source: str, stream: str, record_key: str) -> list[Row]:
    """Every version of a record, latest first: when it was observed, by which run, in which object and line."""
    statement = sql.SQL(
        "select version_id, observed_at, run_key, object_key, line_number, is_removed from raw.{}"
        " where record_key = %(record_key)s order by observed_at desc, version_id desc"
    ).format(sql.Identifier(raw_table(source, stream)))
    return _rows(connection, statement, {"record_key": record_key})


def reject_reasons(connection: Connection[Any], run_key: str) -> list[Row]:
    """Rejects of a run by stream and reason, the most frequent first, each with one example."""
    return _rows(connection, read_sql("reject_reasons.sql"), {"run_key": run_key})


def _rows(connection: Connection[Any], statement: bytes | sql.Composed, values: dict[str, Any]) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, values).fetchall()
