"""Two real databases: a warehouse with synthetic marts and a Learn with its reference rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from include.delivery import (
    DeliveryResult,
    DeliverySettings,
    Modes,
    deliver,
    deliver_news,
    deliver_reference,
    deliver_shadow,
    dry_run,
    sweep,
)
from include.delivery.shadow import Parity
from tests.support.learn import create_learn_tables
from tests.support.learns_own import left_alone
from tests.support.marts import Marts, create_marts, empty

QUICK = DeliverySettings(lock_timeout_seconds=0.2, attempts=2, longest_pause_seconds=0.1, wait_for_other_delivery_seconds=0.5)


@dataclass
class World:
    """A warehouse, a Learn, and a clock that moves an hour with each delivery.

    Each delivery of each test meets what is Learn's own, and must leave it alone.
    """

    marts: Marts
    learn: psycopg.Connection
    warehouse_dsn: str
    learn_dsn: str
    now: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    runs: int = 0
    settings: DeliverySettings = QUICK
    watched: bool = True

    def reset(self) -> None:
        """Empty both databases, then deliver the reference data."""
        empty(self.marts.connection, "marts", "ops", "reference")
        empty(self.learn, "public", "pipelines", "pipelines_shadow")
        self.marts.fill_taxonomy()
        self.marts.publish()
        self.deliver_reference()

    def clock(self) -> datetime:
        return self.now

    def deliver(self, *, user: str = "", **options: Any) -> dict[str, DeliveryResult]:
        return self._call(deliver, user, options)

    def dry_run(self, *, user: str = "", **options: Any) -> list[str]:
        return [str(change) for change in self._call(dry_run, user, options)]

    def deliver_shadow(self, modes: Modes, *, user: str = "", **options: Any) -> dict[str, Parity]:
        return self._call(deliver_shadow, user, {"modes": modes, **options})

    def deliver_news(self, *, user: str = "", **options: Any) -> dict[str, DeliveryResult]:
        return self._call(deliver_news, user, options)

    def deliver_reference(self, *, user: str = "") -> dict[str, Any]:
        return self._call(deliver_reference, user, {})

    def sweep(self, *, user: str = "") -> dict[str, int]:
        role = {"user": user, "password": user} if user else {}
        with psycopg.connect(self.learn_dsn, **role) as learn, left_alone(self.learn):
            return sweep(learn, "sweep", settings=self.settings)

    def _call(self, function: Any, user: str, options: dict[str, Any]) -> Any:
        self.runs += 1
        self.now += timedelta(hours=1)
        role = {"user": user, "password": user} if user else {}
        with (
            psycopg.connect(self.warehouse_dsn) as warehouse,
            psycopg.connect(self.learn_dsn, **role) as learn,
            left_alone(self.learn) if self.watched else nullcontext(),
        ):
            return function(warehouse, learn, f"run-{self.runs}", self.clock, settings=self.settings, **options)

    def one(self, query: str, *parameters: Any) -> Any:
        """The only value of the only row."""
        return self.learn.execute(query, parameters).fetchone()[0]

    def column(self, query: str, *parameters: Any) -> list[Any]:
        return [row[0] for row in self.learn.execute(query, parameters).fetchall()]

    def resource(self, readable_id: str) -> dict[str, Any]:
        query = "select to_jsonb(r) from learning_resources_learningresource r where readable_id = %s"
        return self.one(query, readable_id)

    def outbox(self) -> list[tuple[str, str]]:
        """What is queued, as (readable_id, reason), and empties it."""
        rows = self.learn.execute(
            "select r.readable_id, o.reason from pipelines.outbox o join learning_resources_learningresource r on r.id = o.resource_id"
            " order by o.sequence"
        ).fetchall()
        self.learn.execute("delete from pipelines.outbox")
        return rows


@pytest.fixture(scope="session")
def delivery_databases(servers) -> Iterator[tuple[str, str]]:
    """DSNs of a warehouse and a Learn for the session: to make a database costs more than most tests."""
    names = [f"f_{label}_{uuid.uuid4().hex[:12]}" for label in ("warehouse", "learn")]
    warehouse, learn = (servers.postgres_dsn(name) for name in names)
    create_learn_tables(learn)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        create_marts(connection)
    yield warehouse, learn
    with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def world(delivery_databases) -> Iterator[World]:
    """A world whose Learn has the reference data and no resource."""
    warehouse_dsn, learn_dsn = delivery_databases
    with psycopg.connect(warehouse_dsn, autocommit=True) as warehouse, psycopg.connect(learn_dsn, autocommit=True) as learn:
        made = World(Marts(warehouse), learn, warehouse_dsn, learn_dsn)
        made.reset()
        yield made
