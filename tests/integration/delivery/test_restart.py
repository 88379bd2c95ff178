"""A delivery that is killed, or cut differently, ends where an undisturbed one ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.digest import learn_digest, pipelines_digest
from tests.support.marts import Run, Unit

REPOSITORY = Path(__file__).resolve().parents[3]
# Kills its own process in the middle of the transaction of the n-th chunk, after Learn's rows are written.
KILLED = """
import os, signal, sys
from datetime import UTC, datetime
import psycopg
from include.delivery import chunk, deliver

reached = 0
record = chunk._recorded

def die(*arguments):
    global reached
    reached += 1
    if reached == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    return record(*arguments)

chunk._recorded = die
with psycopg.connect(sys.argv[1]) as warehouse, psycopg.connect(sys.argv[2]) as learn:
    deliver(warehouse, learn, "killed", lambda: datetime(2026, 11, 22, 20, tzinfo=UTC), chunk_units=2)
"""
LEDGER = ("delivered_unit", "outbox", "held_removal", "pending_reference")


def people(number: int) -> tuple[tuple[str, str, str], ...]:
    """Instructors on whose names units disagree: the order of delivery decides."""
    return (("Ada Lovelace", f"Ada {number}", ""), (f"Person {number % 3}", "", "Last" if number % 2 else ""))


def catalog() -> list[Unit]:
    courses = [
        Unit(
            f"C{number}",
            runs=(Run("r1", instructors=people(number)), Run("r2", prices=(f"{number % 3}.00",))),
            image=(f"https://img/{number % 4}.png", None, None),
            tags=(f"T{number % 2}",),
        )
        for number in range(7)
    ]
    ocw = [Unit(f"O{number}", source="ocw", platform="ocw", values={"url": f"https://ocw.mit.edu/{number}/"}) for number in range(3)]
    programs = [
        Unit("P1", resource_type="program", children=(("course", "C0"), ("program", "P2"), ("course", "Never"))),
        Unit("P2", resource_type="program", children=(("course", "C3"),)),
    ]
    return [*courses, *ocw, *programs]


def changed() -> list[Unit]:
    units = catalog()
    return [
        units[0].titled("New"),
        units[1].but(runs=(Run("r3", instructors=people(5)),)),
        units[2].but(is_removed=True, published=False),
        units[8].but(readable_id="O1-renamed"),
        units[10].but(children=(("program", "P2"), ("course", "C1"))),
    ]


def both_loads(world, first: int = 1000, second: int = 1000) -> None:
    world.marts.put(*catalog())
    world.deliver(chunk_units=first)
    world.marts.drop("ocw|course|O1")
    world.marts.put(*changed())
    world.deliver(chunk_units=second)


def state(world, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    ledger = pipelines_digest(world.learn, [table for table in LEDGER if table not in but])
    return learn_digest(world.learn) | ledger


def kill(world, at: int) -> int:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, world.warehouse_dsn, world.learn_dsn, str(at)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
        timeout=60,
    )
    return killed.returncode


@pytest.mark.parametrize("at", [1, 4])
def test_a_killed_delivery_is_finished_by_the_next(world, at):
    both_loads(world, 2, 2)
    undisturbed = state(world)
    world.reset()
    world.marts.put(*catalog())
    assert kill(world, at) == -9
    written = world.one("select count(*) from pipelines.delivered_unit")
    assert written == world.one("select coalesce(sum(inserted), 0) from pipelines.delivery_run where run_key = 'killed'")
    assert written == world.one("select count(*) from learning_resources_learningresource")
    assert written < 12
    world.deliver(chunk_units=2)
    world.marts.drop("ocw|course|O1")
    world.marts.put(*changed())
    assert kill(world, 1) == -9
    world.deliver(chunk_units=2)
    assert state(world) == undisturbed


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(1, 13), second=st.integers(1, 6))
def test_the_chunk_size_does_not_matter(world, first, second):
    """All but the outbox, which may name a parent once more when its child was in an earlier chunk."""
    if not hasattr(world, "whole"):
        both_loads(world)
        world.whole = state(world, but=("outbox",))
    world.reset()
    both_loads(world, first, second)
    assert state(world, but=("outbox",)) == world.whole
