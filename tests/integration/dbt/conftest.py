"""A warehouse whose raw tables a test fills, and dbt on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
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
from include.sources.registry import stream_names
from include.warehouse.schema import ensure_schema, raw_table
from tests.conftest import Servers

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


@pytest.fixture(scope="session")
def only_warehouse(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """One database for all tests of this folder: for another one dbt would parse the project again."""
    name = f"dbt_{uuid.uuid4().hex[:12]}"
    dsn = servers.postgres_dsn(name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        ensure_schema(connection)
        yield Warehouse(dsn, tmp_path_factory.mktemp("dbt"), connection)
    with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def warehouse(only_warehouse: Warehouse) -> Warehouse:
    """The warehouse with empty raw tables and without any model."""
    connection = only_warehouse.connection
    connection.execute("drop schema if exists reference, staging, intermediate, marts cascade")
    for source, stream in stream_names():
        connection.execute(sql.SQL("truncate raw.{} restart identity").format(sql.Identifier(raw_table(source, stream))))
    return only_warehouse
