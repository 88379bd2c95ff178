"""A dry run tells what a delivery would do, and does none of it."""

from __future__ import annotations

import pytest

from tests.support.digest import learn_digest, row_versions
from tests.support.marts import Run, Unit

TOLD = (
    "select change, resource_key, field, run_id, before, after from pipelines.dry_run_difference where run_key = %s"
    " order by change, resource_key, field, run_id"
)
SEQUENCES = "select sequencename || coalesce(last_value, 0) from pg_sequences where schemaname in ('public', 'pipelines') order by 1"
COURSE = Unit("A", runs=(Run("r1", instructors=(("Ada Lovelace", "Ada", "Lovelace"),)), Run("r2")), tags=("Videos",))
PROGRAM = Unit("P", resource_type="program", children=(("course", "A"),))


def everything(world) -> tuple[object, ...]:
    """All that a dry run must leave alone: rows, who wrote them, and the next ids."""
    ledger = {table: rows for table, rows in row_versions(world.learn, "pipelines").items() if table != "dry_run_difference"}
    sequences = [line for line in world.column(SEQUENCES) if not line.startswith("dry_run_difference")]
    return learn_digest(world.learn, times=True, ids=True), row_versions(world.learn), ledger, sequences


@pytest.fixture
def changed(world):
    """A Learn that differs from the marts in every way."""
    world.marts.put(COURSE, PROGRAM, Unit("B"), Unit("C"), Unit("Gone"))
    world.deliver()
    world.marts.put(
        COURSE.titled("New").but(
            topics=("Energy",),
            tags=(),
            image=None,
            runs=(Run("r1", prices=("5.00",), instructors=(("Alan Turing", "", ""),), values={"title": "First"}), Run("r3")),
        ),
        PROGRAM.but(children=(("course", "A"), ("course", "D"))),
        Unit("B").but(provided=(), topics=(), prices=()),
        Unit("C", created_hint="2020-01-01"),
        Unit("D"),
    )
    world.marts.remove(Unit("Gone"))
    return world


def test_it_tells_every_field_and_writes_nothing_else(changed):
    before = everything(changed)
    assert changed.dry_run() == ["xpro: 1 added", "xpro: 2 changed in 11 fields", "xpro: 1 removed"]
    assert everything(changed) == before
    told = changed.learn.execute(TOLD, [f"run-{changed.runs}"]).fetchall()
    run3 = told[3][5]
    assert (run3["title"], run3["resource_prices"]) == ("Run r3", ["USD 100.00"])
    run2 = told[2][4]
    assert run2["title"] == "Run r2"
    a = "xpro|course|A"
    assert told == [
        ("added", "xpro|course|D", None, None, None, None),
        ("changed", a, "image", None, ["https://img/1.png", None, "one"], None),
        ("changed", a, "runs", "r2", run2, None),
        ("changed", a, "runs", "r3", None, run3),
        ("changed", a, "runs.instructors", "r1", ["Ada Lovelace | Ada | Lovelace"], ["Alan Turing"]),
        ("changed", a, "runs.prices", "r1", [100.0], [5.0]),
        ("changed", a, "runs.resource_prices", "r1", ["USD 100.00"], ["USD 5.00"]),
        ("changed", a, "runs.title", "r1", "Run r1", "First"),
        ("changed", a, "tags", None, ["Videos"], None),
        ("changed", a, "title", None, "Title of A", "New"),
        ("changed", a, "topics", None, ["Algorithms", "Computing"], ["Energy"]),
        (
            "changed", "xpro|program|P", "children", None,
            ["PROGRAM_COURSES xpro A"], ["PROGRAM_COURSES xpro A", "PROGRAM_COURSES xpro D"],
        ),
        ("removed", "xpro|course|Gone", None, None, None, None),
    ]  # fmt: skip


def test_what_it_told_is_what_the_delivery_does(changed):
    changed.dry_run()
    result = changed.deliver()["xpro"]
    assert (result.inserted, result.unpublished) == (1, 1)
    assert changed.dry_run() == []
    assert changed.one("select count(*) from pipelines.dry_run_difference where run_key = %s", f"run-{changed.runs}") == 0


def test_held_removals_are_told_as_held(world):
    many = [Unit(f"C{number:03}") for number in range(60)]
    world.marts.put(*many, Unit("Stays"))
    world.deliver()
    world.marts.remove(*many)
    before = everything(world)
    assert world.dry_run() == ["xpro: 60 held back"]
    assert world.dry_run(release_removals=True) == ["xpro: 60 removed"]
    assert everything(world) == before


def test_a_first_load_is_all_added(world):
    world.marts.put(COURSE, PROGRAM)
    assert world.dry_run() == ["xpro: 2 added"]
    assert world.column("select title from pipelines.dry_run_difference order by 1") == ["Title of A", "Title of P"]
    assert world.column("select id from learning_resources_learningresource") == []
