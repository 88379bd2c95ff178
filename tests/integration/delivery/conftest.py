"""Two real databases: a warehouse with synthetic marts and a Learn with its reference rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.support.learn import create_learn_tables
from tests.support.marts import Marts

from include.delivery import DeliveryResult, DeliverySettings, deliver, deliver_reference

QUICK = DeliverySettings(lock_timeout_seconds=0.2, attempts=2, longest_pause_seconds=0.1, wait_for_other_delivery_seconds=0.5)


@dataclass
class World:
    """A warehouse, a Learn, and a clock that moves an hour with each delivery."""

    marts: Marts
    learn: psycopg.Connection
    warehouse_dsn: str
    learn_dsn: str
    now: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    runs: int = 0
    settings: DeliverySettings = field(default_factory=lambda: QUICK)

    def clock(self) -> datetime:
        return self.now

    def deliver(self, *, user: str = "", **options: Any) -> dict[str, DeliveryResult]:
        return self._call(deliver, user, options)

    def deliver_reference(self, *, user: str = "") -> dict[str, Any]:
        return self._call(deliver_reference, user, {})

    def _call(self, function: Any, user: str, options: dict[str, Any]) -> Any:
        self.runs += 1
        self.now += timedelta(hours=1)
        role = {"user": user, "password": user} if user else {}
        with psycopg.connect(self.warehouse_dsn) as warehouse, psycopg.connect(self.learn_dsn, **role) as learn:
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
def learn_template(servers) -> Iterator[str]:
    """Name of a database with Learn's tables, which others are copied from."""
    name = f"f_template_{uuid.uuid4().hex[:8]}"
    create_learn_tables(servers.postgres_dsn(name))
    yield name
    with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def make_world(servers, learn_template, fresh_database) -> Iterator[Any]:
    """A factory of worlds."""
    opened: list[psycopg.Connection] = []
    made: list[str] = []

    def make() -> World:
        warehouse_dsn = fresh_database("f_warehouse")
        made.append(f"f_learn_{uuid.uuid4().hex[:12]}")
        with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template {}").format(sql.Identifier(made[-1]), sql.Identifier(learn_template))
            )
        learn_dsn = servers.postgres_dsn(made[-1])
        opened.extend(psycopg.connect(dsn, autocommit=True) for dsn in (warehouse_dsn, learn_dsn))
        world = World(Marts(opened[-2]), opened[-1], warehouse_dsn, learn_dsn)
        world.deliver_reference()
        return world

    yield make
    for connection in opened:
        connection.close()
    with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def world(make_world) -> World:
    """A world whose Learn has the reference data and no resource."""
    return make_world()
