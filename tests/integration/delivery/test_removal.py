"""Units that leave: hidden one by one, held back when there are too many."""

from __future__ import annotations

import pytest

from tests.support.digest import row_versions
from tests.support.marts import Run, Unit

MANY = [Unit(f"C{number:03}") for number in range(120)]
VISIBLE = "select count(*) from learning_resources_learningresource where published"


def test_a_removed_unit_is_hidden_and_nothing_else_moves(world):
    world.marts.put(Unit("A"), Unit("B"))
    world.deliver()
    world.outbox()
    before = row_versions(world.learn)
    world.marts.remove(Unit("A"))
    result = world.deliver()["xpro"]
    after = row_versions(world.learn)
    assert {table for table in after if after[table] != before[table]} == {"learning_resources_learningresource"}
    assert (result.unpublished, result.updated, result.unchanged, result.rows_written) == (1, 0, 1, 1)
    assert (world.resource("A")["published"], world.resource("B")["published"]) == (False, True)
    assert world.outbox() == [("A", "unpublished")]
    assert world.deliver()["xpro"].rows_written == 0


def test_a_unit_that_comes_back_is_published_under_its_old_id(world):
    world.marts.put(Unit("A"))
    world.deliver()
    number = world.resource("A")["id"]
    world.marts.remove(Unit("A"))
    world.deliver()
    world.marts.put(Unit("A"))
    world.deliver()
    assert (world.resource("A")["id"], world.resource("A")["published"]) == (number, True)


def test_a_unit_that_is_gone_from_the_marts_is_hidden(world):
    """Its key changed: a record that moved to another platform is another unit."""
    world.marts.put(Unit("A"), Unit("B"))
    world.deliver()
    world.marts.drop("xpro|course|A")
    assert world.deliver()["xpro"].unpublished == 1
    assert not world.resource("A")["published"]


def test_a_unit_without_runs_is_unpublished_with_its_other_changes(world):
    world.marts.put(Unit("A"))
    world.deliver()
    world.marts.put(Unit("A", published=False, runs=()).titled("Archived"))
    assert world.deliver()["xpro"].unpublished == 1
    assert (world.resource("A")["published"], world.resource("A")["title"]) == (False, "Archived")


def test_a_removed_unit_that_learn_never_had_is_not_made(world):
    world.marts.remove(Unit("A"))
    assert world.deliver()["xpro"].rows_written == 0
    assert world.column("select id from learning_resources_learningresource") == []


def test_a_removed_unit_that_learns_own_loaders_had_published_is_hidden(world):
    world.marts.put(Unit("A"))
    world.deliver()
    world.learn.execute("delete from pipelines.delivered_unit")
    world.marts.remove(Unit("A"))
    assert world.deliver()["xpro"].unpublished == 1
    assert not world.resource("A")["published"]


@pytest.fixture
def full(world):
    """120 courses of xpro and 3 of mitxonline, delivered."""
    world.marts.put(*MANY, *(Unit(f"M{number}", source="mitxonline", platform="mitxonline") for number in range(3)))
    world.deliver()
    world.outbox()
    return world


def test_too_many_removals_are_held_back_and_the_rest_goes_on(full):
    full.marts.remove(*MANY[:51])
    full.marts.put(MANY[60].titled("Changed"))
    full.marts.remove(Unit("M0", source="mitxonline", platform="mitxonline"))
    results = full.deliver()
    assert (results["xpro"].held_back, results["xpro"].unpublished, results["xpro"].updated) == (51, 0, 1)
    assert (results["mitxonline"].held_back, results["mitxonline"].unpublished) == (0, 1)
    assert full.one(VISIBLE) == 122
    assert full.outbox() == [("C060", "changed"), ("M0", "unpublished")]
    held = "select count(*) from pipelines.held_removal where released_at is null and returned_at is null"
    assert full.one(held) == 51
    assert full.deliver()["xpro"].held_back == 51
    assert full.one("select count(*) from pipelines.held_removal") == 51
    released = full.deliver(release_removals=True)["xpro"]
    assert (released.held_back, released.unpublished) == (0, 51)
    assert (full.one(VISIBLE), full.one(held)) == (71, 0)
    assert full.one("select count(*) from pipelines.held_removal where released_at is not null") == 51


def test_fifty_removals_pass(full):
    full.marts.remove(*MANY[:50])
    assert full.deliver()["xpro"].unpublished == 50


def test_units_that_come_back_close_what_was_held(full):
    full.marts.remove(*MANY[:51])
    full.deliver()
    full.marts.put(*MANY[:51])
    result = full.deliver()["xpro"]
    assert (result.held_back, result.unpublished, result.rows_written) == (0, 0, 0)
    assert full.one("select count(*) from pipelines.held_removal where returned_at is not null") == 51


def test_a_removal_that_a_person_rejected_stays_held_without_holding_others(full):
    full.marts.remove(*MANY[:51])
    full.deliver()
    full.learn.execute("update pipelines.held_removal set rejected_at = now()")
    full.marts.remove(MANY[70])
    result = full.deliver()["xpro"]
    assert (result.held_back, result.unpublished) == (51, 1)


def test_one_source_can_be_released_by_name(full):
    full.marts.remove(*MANY[:51])
    assert full.deliver(release_removals=["mitxonline"])["xpro"].held_back == 51
    assert full.deliver(release_removals=["xpro"])["xpro"].unpublished == 51


def test_a_source_that_is_missing_from_the_marts_altogether_is_held_however_small(full):
    full.marts.drop(*(f"mitxonline|course|M{number}" for number in range(3)))
    assert full.deliver()["mitxonline"].held_back == 3
    assert full.one(VISIBLE) == 123


def test_unpublished_units_count_as_leaving(full):
    full.marts.put(*(unit.but(published=False, runs=(Run("r1"),)) for unit in MANY[:51]))
    assert full.deliver()["xpro"].held_back == 51
