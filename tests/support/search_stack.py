"""Learn's database with a ledger, and indexes under a prefix of their own; both gone after use."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from opensearchpy import OpenSearch
from psycopg import sql

from include.contracts.ddl import schema_sql
from include.delivery.schema import ensure_schema as ensure_delivery_schema
from include.search.bulk import Limits
from include.search.client import SearchSettings, make_client
from include.search.ledger import SyncResult, ensure_schema
from include.search.names import serving_alias
from include.search.sync import sync
from tests.support.learn_catalog import add_reference

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
PATIENCE = Limits(first_wait_seconds=0, attempts=4)


@dataclass
class SearchStack:
    """A test's Learn database (autocommit connection) and search server."""

    dsn: str
    learn: psycopg.Connection[Any]
    client: OpenSearch
    prefix: str
    runs: list[SyncResult] = field(default_factory=list)

    def sync(self, **options: Any) -> SyncResult:
        """One sync, at a fixed moment, with a run key of its own."""
        limits = options.pop("limits", PATIENCE)
        client = options.pop("client", self.client)
        result = sync(self.learn, client, self.prefix, f"run-{len(self.runs)}", lambda: NOW, limits=limits, **options)
        self.runs.append(result)
        return result

    def found(self, index_type: str = "course") -> dict[str, dict[str, Any]]:
        """The sources in a type's index, by id."""
        answer = self.client.search(index=serving_alias(self.prefix, index_type), body={"size": 1000})
        return {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}

    def another_connection(self) -> psycopg.Connection[Any]:
        """A second autocommit connection to the same database."""
        return psycopg.connect(self.dsn, autocommit=True)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a query answers."""
        return self.learn.execute(statement.encode()).fetchall()


@contextmanager
def search_stack(admin_dsn: str, make_database: Callable[[str], str], url: str) -> Iterator[SearchStack]:
    """A stack without any index; the database is dropped and the indexes are deleted at the end."""
    name = f"search_{uuid.uuid4().hex[:12]}"
    dsn = make_database(name)
    prefix = f"test{uuid.uuid4().hex[:10]}"
    client = make_client(SearchSettings(url=url))
    try:
        with psycopg.connect(dsn, autocommit=True) as learn:
            learn.execute(schema_sql().encode())
            learn.execute("select set_config('search_path', 'public', false)")
            ensure_delivery_schema(learn)
            ensure_schema(learn)
            add_reference(learn)
            yield SearchStack(dsn, learn, client, prefix)
    finally:
        client.indices.delete(index=f"{prefix}_*", ignore_unavailable=True)
        client.close()
        with psycopg.connect(admin_dsn, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
