"""Postgres that goes down in the middle of a chunk costs a retry, not a state."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from include.delivery import DeliverySettings
from include.errors import LearnBusy
from include.local.settings import Settings
from include.local.supervisor import Supervisor
from tests.integration.delivery.conftest import World
from tests.support.digest import learn_digest, pipelines_digest
from tests.support.learn import create_learn_tables
from tests.support.marts import Marts, Unit, create_marts
from tests.support.own_postgres import own_postgres, wait_for_server

NAMES = "ABCD"
LEDGER = ("delivered_unit", "outbox", "pending_reference")


@pytest.fixture
def restartable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Supervisor]]:
    """A server that this test may restart."""
    with own_postgres(tmp_path_factory.mktemp("restarted"), durable=True) as server:
        yield server


def world_of(settings: Settings) -> World:
    """The world again, with new connections."""
    warehouse, learn = (settings.admin_dsn_of(name) for name in ("f_warehouse", "f_learn"))
    connections = [psycopg.connect(dsn, autocommit=True) for dsn in (warehouse, learn)]
    return World(Marts(connections[0]), connections[1], warehouse, learn, watched=False)


def state(world: World) -> dict[str, str]:
    return learn_digest(world.learn) | pipelines_digest(world.learn, LEDGER)


def test_the_next_delivery_ends_where_an_undisturbed_one_does(restartable: tuple[Settings, Supervisor]) -> None:
    settings, supervisor = restartable
    with psycopg.connect(settings.admin_dsn, autocommit=True) as admin:
        for name in ("f_warehouse", "f_learn"):
            admin.execute(f"create database {name}")
    create_learn_tables(settings.admin_dsn_of("f_learn"))
    world = world_of(settings)
    create_marts(world.marts.connection)

    def load(world: World) -> None:
        world.reset()
        world.marts.put(*(Unit(name) for name in NAMES))
        world.deliver()
        world.outbox()
        world.marts.put(*(Unit(name).titled("New") for name in NAMES))

    load(world)
    world.deliver(chunk_units=1)
    undisturbed = state(world)

    load(world)
    world.settings = DeliverySettings(lock_timeout_seconds=60)
    outcome: list[Exception] = []

    def work() -> None:
        try:
            world.deliver(chunk_units=1)
        except Exception as error:  # noqa: BLE001 (looked at below)
            outcome.append(error)

    django = psycopg.connect(world.learn_dsn)
    django.execute("select 1 from learning_resources_learningresource where readable_id = 'C' for update")
    thread = threading.Thread(target=work)
    thread.start()
    while not world.column("select pid from pg_stat_activity where %s = any(pg_blocking_pids(pid))", django.info.backend_pid):
        time.sleep(0.02)
    supervisor.restart("postgres")
    wait_for_server(settings)
    thread.join(60)

    [error] = outcome
    assert isinstance(error, LearnBusy)
    assert error.transient
    world = world_of(settings)
    assert world.column("select title from learning_resources_learningresource order by readable_id")[:3] == ["New", "New", "Title of C"]
    world.deliver(chunk_units=1)
    assert state(world) == undisturbed
