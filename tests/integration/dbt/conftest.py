"""A warehouse whose raw tables a test fills, and dbt on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from include.contracts.marts import MARTS
from include.parity.build import run_dbt
from include.warehouse.schema import ensure_schema

START = datetime(2024, 9, 10, 12, tzinfo=UTC)
BUILD = ("build", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Warehouse:
    """A database, and the folder in which dbt keeps what it parsed."""

    dsn: str
    work: Path
    connection: psycopg.Connection[Any]

    def dbt(self, *arguments: str, as_of: datetime = START) -> str:
        """Run dbt; ``BuildFailed`` says what went wrong."""
        return run_dbt(self.dsn, self.work, arguments, as_of=as_of)

    def marts(self) -> dict[str, list[str]]:
        """What every mart says, without when it was written."""
        found = {}
        for mart in MARTS.values():
            query = sql.SQL("select (to_jsonb(m) - 'built_at')::text from marts.{} m order by 1").format(sql.Identifier(mart.name))
            found[mart.name] = [row[0] for row in self.connection.execute(query)]
        return found

    def places(self) -> dict[str, set[str]]:
        """Where each row of each model lies: a row that was written again lies elsewhere, or has another transaction."""
        tables = self.connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('staging', 'intermediate', 'marts') and table_type = 'BASE TABLE'"
        ).fetchall()
        return {
            f"{schema}.{table}": {
                row[0]
                for row in self.connection.execute(
                    sql.SQL("select t.ctid::text || ' ' || t.xmin::text from {} t").format(sql.Identifier(schema, table))
                )
            }
            for schema, table in tables
        }

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()


@pytest.fixture
def make_warehouse(fresh_database: Callable[..., str], tmp_path: Path) -> Iterator[Callable[[], Warehouse]]:
    """A factory of warehouses with empty raw tables."""
    made: list[psycopg.Connection[Any]] = []

    def make() -> Warehouse:
        dsn = fresh_database("dbt")
        made.append(psycopg.connect(dsn, autocommit=True))
        ensure_schema(made[-1])
        return Warehouse(dsn, tmp_path / f"dbt{len(made)}", made[-1])

    yield make
    for connection in made:
        connection.close()


@pytest.fixture
def warehouse(make_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """One warehouse."""
    return make_warehouse()
