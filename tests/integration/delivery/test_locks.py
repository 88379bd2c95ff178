"""Others at work in Learn's database."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import psycopg
import pytest

from include.delivery import DeliverySettings, deliver
from include.errors import LearnBusy, NotPublished
from tests.support.marts import Run, Unit

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


STRONG = (
    "select distinct mode from pg_locks l join pg_class c on c.oid = l.relation and c.relnamespace = 'public'::regnamespace"
    " where pid = %s and locktype = 'relation'"
)
WAITING = "select pid from pg_stat_activity where %s = any(pg_blocking_pids(pid))"


@contextmanager
def waiting_delivery(world, statement: str, **options):
    """A delivery in the middle of a chunk, which waits for what somebody of Learn holds; gives his connection and the delivery's pid."""
    world.watched = False  # two threads would share the connection that looks
    outcome: list[object] = []

    def work() -> None:
        try:
            outcome.append(world.deliver(**options))
        except LearnBusy as error:
            outcome.append(error)

    with psycopg.connect(world.learn_dsn) as django:
        django.execute("set deadlock_timeout = '100s'")
        django.execute(statement)
        thread = threading.Thread(target=work)
        thread.start()
        deadline = time.monotonic() + 20
        while not (found := world.column(WAITING, django.info.backend_pid)):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield django, found[0], outcome
        thread.join()


def test_a_chunk_takes_no_lock_that_stops_a_reader(world):
    world.settings = DeliverySettings(lock_timeout_seconds=20)
    world.marts.put(Unit("A"), Unit("B"))
    world.deliver()
    world.marts.put(Unit("A").titled("New"), Unit("B").titled("New"))
    with waiting_delivery(world, LOCK) as (django, pid, outcome):
        assert set(world.column(STRONG, pid)) <= {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}
        assert world.column("select title from learning_resources_learningresource order by 1") == ["Title of A", "Title of B"]
        django.rollback()
    assert outcome[0]["xpro"].updated == 2


def test_a_deadlock_costs_a_retry(world):
    """Somebody of Learn holds a run and wants its resource, the chunk holds the resource and wants the run: ours gives way."""
    world.settings = DeliverySettings(lock_timeout_seconds=20, longest_pause_seconds=0.2)
    world.marts.put(Unit("B"))
    world.deliver()
    world.marts.put(Unit("B", runs=(Run("r1", values={"title": "New"}),)).titled("New"))
    run = "update learning_resources_learningresourcerun set checksum = 'x'"
    with waiting_delivery(world, run) as (django, _pid, outcome):
        django.execute("update learning_resources_learningresource set view_count = 3")
        django.commit()
    assert outcome[0]["xpro"].updated == 1
    assert world.one("select view_count || title from learning_resources_learningresource") == "3New"
    assert world.one("select checksum || title from learning_resources_learningresourcerun") == "xNew"


def test_a_connection_that_is_cut_in_the_middle_of_a_chunk_costs_a_retry_and_no_state(world):
    world.settings = DeliverySettings(lock_timeout_seconds=20)
    world.marts.put(*(Unit(name) for name in "ABC"))
    world.deliver()
    world.marts.put(*(Unit(name).titled("New") for name in "ABC"))
    with waiting_delivery(world, LOCK, chunk_units=1) as (django, pid, outcome):
        world.learn.execute("select pg_terminate_backend(%s)", [pid])
        time.sleep(0.2)
        django.rollback()
    [error] = outcome
    assert isinstance(error, LearnBusy)
    assert error.transient
    assert [world.resource(name)["title"] for name in "ABC"] == ["New", "Title of B", "Title of C"]
    assert world.deliver()["xpro"].updated == 2
    assert world.one("select count(*) from learning_resources_learningresource where title = 'New'") == 3


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
