"""Units that leave: hidden one by one, held back when there are too many."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from include.delivery import removals
from include.errors import GuardTripped
from include.orchestration.delivery import raise_if_held
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
    world.marts.put(Unit("A"), Unit("B"))
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
    world.marts.put(Unit("A"), Unit("B"))
    world.deliver()
    world.learn.execute("delete from pipelines.delivered_unit")
    world.marts.remove(Unit("A"))
    assert world.deliver()["xpro"].unpublished == 1
    assert not world.resource("A")["published"]


def answer(world, decision: str, by: str = "ada") -> None:
    """What `decide_removals` does when a person answers."""
    removals.ask(world.learn, "question", "xpro")
    assert removals.decide(world.learn, "question", decision, by, world.now)


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
    answer(full, "reject")
    full.marts.remove(MANY[70])
    result = full.deliver()["xpro"]
    assert (result.held_back, result.rejected, result.unpublished, result.unchanged) == (0, 51, 1, 68)


def test_a_rejected_set_is_asked_about_again_when_it_grows_and_then_as_a_whole(full):
    full.marts.remove(*MANY[:51])
    full.deliver()
    answer(full, "reject", by="ada")
    full.deliver()
    assert removals.unasked(full.learn) == []
    full.marts.remove(*MANY[51:103])
    assert (full.deliver()["xpro"].held_back, full.deliver()["xpro"].rejected) == (52, 51)
    assert [(each.source, each.removals) for each in removals.unasked(full.learn)] == [("xpro", 52)]
    question = removals.ask(full.learn, "second", "xpro")
    assert question.subject == "xpro: 103 of 120 published records would leave Learn. Are they really gone?"
    assert "51 of them were rejected before, by ada on 2026-11-22 15:00 UTC" in question.body
    assert removals.decide(full.learn, "second", "release", "grace", full.now) == 103
    assert full.deliver()["xpro"].unpublished == 103
    assert full.learn.execute("select distinct decision, decided_by from pipelines.held_removal").fetchall() == [("release", "grace")]


def test_what_a_person_released_leaves_and_nothing_that_came_after(full):
    full.marts.remove(*MANY[:51])
    full.deliver()
    question = removals.ask(full.learn, "first", "xpro")
    assert question.body.startswith("Held back since 2026-11-22 15:00 UTC")
    assert "* [Title of C000](https://example.edu/C000/)" in question.body
    assert "* and 31 more, in `pipelines.held_removal`" in question.body
    full.marts.remove(*MANY[51:115])
    assert removals.decide(full.learn, "first", "release", "ada", full.now) == 51
    result = full.deliver()["xpro"]
    assert (result.unpublished, result.held_back, result.rejected) == (51, 64, 0)
    states = "select decision, decided_by, released_at is not null, count(*) from pipelines.held_removal group by 1, 2, 3 order by 4"
    assert full.learn.execute(states).fetchall() == [("release", "ada", True, 51), (None, None, False, 64)]


def test_a_later_question_takes_the_removals_of_an_older_one(full):
    full.marts.remove(*MANY[:51])
    full.deliver()
    removals.ask(full.learn, "first", "xpro")
    full.marts.remove(*MANY[51:60])
    full.deliver()
    assert removals.ask(full.learn, "second", "xpro").removals == 60
    assert removals.decide(full.learn, "first", "release", "ada", full.now) == 0
    assert removals.decide(full.learn, "second", "reject", "ada", full.now) == 60
    assert removals.decide(full.learn, "second", "reject", "ada", full.now) == 0, "a repeated answer changes nothing"
    assert full.deliver()["xpro"].rejected == 60


def test_a_decision_is_void_when_the_units_come_back(full):
    full.marts.remove(*MANY[:51])
    full.deliver()
    answer(full, "release")
    full.marts.put(*MANY[:51])
    assert full.deliver()["xpro"].unpublished == 0
    assert removals.ask(full.learn, "later", "xpro") is None
    full.marts.remove(*MANY[:51])
    assert full.deliver()["xpro"].held_back == 51, "that was another decision"


def test_a_source_that_was_read_empty_loses_nothing_however_small(full):
    full.marts.remove(*(Unit(f"M{number}", source="mitxonline", platform="mitxonline") for number in range(3)))
    result = full.deliver()["mitxonline"]
    assert (result.held_back, result.unpublished) == (3, 0)
    assert full.deliver(release_removals=["mitxonline"], decided_by="ada")["mitxonline"].unpublished == 3
    assert full.column("select decided_by from pipelines.held_removal") == ["ada"] * 3


def test_the_run_says_what_is_held_and_what_to_do(full, caplog):
    full.marts.remove(*MANY[:51])
    counts = {source: asdict(result) for source, result in full.deliver().items()}
    with pytest.raises(GuardTripped) as error:
        raise_if_held(counts, "scheduled__1")
    assert str(error.value) == (
        "Removals are held back: 51 of xpro [run='scheduled__1' where='pipelines.held_removal'] What to do: Answer the run of"
        " decide_removals of each source (Required actions in Airflow's UI): release, or reject."
    )
    answer(full, "reject")
    counts = {source: asdict(result) for source, result in full.deliver().items()}
    with caplog.at_level("INFO"):
        raise_if_held(counts, "scheduled__2")
    assert "removals_rejected kept='51 of xpro'" in caplog.text


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
