"""Others at work in Learn's database."""

from __future__ import annotations

import threading

import psycopg
import pytest

from include.delivery import DeliverySettings, deliver
from include.errors import LearnBusy, NotPublished
from tests.support.marts import Unit

LOCK = "select 1 from learning_resources_learningresource where readable_id = 'B' for update"


def test_rows_that_somebody_holds_end_in_a_typed_error_and_the_next_run_goes_on(world):
    world.marts.put(Unit("A"), Unit("B"), Unit("C"))
    world.deliver()
    world.marts.put(*(Unit(name).titled("New") for name in "ABC"))
    with psycopg.connect(world.learn_dsn) as django:
        django.execute(LOCK)
        with pytest.raises(LearnBusy, match=r"courses xpro\|course\|B .*lock timeout") as error:
            world.deliver(chunk_units=1)
    assert error.value.transient
    assert [world.resource(name)["title"] for name in "ABC"] == ["New", "Title of B", "Title of C"]
    assert world.deliver()["xpro"].updated == 2


def test_a_short_lock_is_waited_out(world):
    world.settings = DeliverySettings(lock_timeout_seconds=0.2, attempts=20, longest_pause_seconds=0.2)
    world.marts.put(Unit("B"))
    world.deliver()
    world.marts.put(Unit("B").titled("New"))
    with psycopg.connect(world.learn_dsn) as django:
        django.execute(LOCK)
        timer = threading.Timer(0.5, django.rollback)
        timer.start()
        world.deliver()
        timer.join()
    assert world.resource("B")["title"] == "New"


def test_two_deliveries_do_not_interleave(world):
    world.marts.put(Unit("A"))
    inside, go = threading.Event(), threading.Event()

    def slow_clock():
        inside.set()
        go.wait(20)
        return world.now

    def first():
        with psycopg.connect(world.warehouse_dsn) as warehouse, psycopg.connect(world.learn_dsn) as learn:
            deliver(warehouse, learn, "first", slow_clock)

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(20)
    try:
        with pytest.raises(LearnBusy, match=r"Another delivery is writing.*database session \d+"):
            world.deliver()
    finally:
        go.set()
        thread.join()
    assert world.resource("A")["published"]


def test_a_mart_that_is_being_swapped_is_not_read(world):
    with psycopg.connect(world.warehouse_dsn) as rebuild:
        rebuild.execute("lock table marts.learning_resources_learningresourcerun in access exclusive mode")
        with pytest.raises(NotPublished, match="learningresourcerun"):
            world.deliver()


def test_a_warehouse_without_marts_is_told_so(world, fresh_database):
    world.warehouse_dsn = fresh_database("f_empty")
    for delivery in (world.deliver, world.deliver_reference):
        with pytest.raises(NotPublished, match="never built"):
            delivery()


def test_the_connections_are_given_back_as_they_came(world):
    world.marts.put(Unit("A"))
    with psycopg.connect(world.warehouse_dsn) as warehouse, psycopg.connect(world.learn_dsn) as learn:
        deliver(warehouse, learn, "first", world.clock)
        assert (learn.autocommit, warehouse.isolation_level, warehouse.read_only) == (False, None, None)
        assert learn.execute("select count(*) from pg_class where relnamespace = pg_my_temp_schema()").fetchone() == (0,)
        assert learn.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()").fetchone() == (0,)
