"""Every kind of difference between the marts and Learn's tables is found whatever the ledger says, told by field, and repaired."""

from __future__ import annotations

import pytest

from include.delivery.reconciliation import reconcile_learn
from include.search.ledger import ensure_schema
from tests.support.digest import learn_digest
from tests.support.marts import Run, Unit

FOUND = """
select kind, key, array_to_string(fields, ' '), is_repaired from pipelines.reconciled_difference order by key
"""
COURSES = [
    Unit(f"C{number}", runs=(Run("r1", instructors=(("Ada Lovelace", "Ada", "Lovelace"),)), Run("r2")), tags=("Videos",))
    for number in range(1, 10)
]
GONE = Unit("Gone")
PLANT = {
    "C1": "delete from learning_resources_learningresource where id = {id}",
    "C2": "update learning_resources_learningresource set title = 'Edited', url = null where id = {id}",
    "C3": "update learning_resources_learningresource set published = false where id = {id}",
    "C4": "delete from learning_resources_learningresource_topics where learningresource_id = {id}",
    "C5": "update learning_resources_learningresourcerun set published = false where learning_resource_id = {id} and run_id = 'r2'",
    "C6": "update learning_resources_course set course_numbers = '[]' where learning_resource_id = {id}",
    "C7": "delete from learning_resources_runinstructorrelationship where run_id in"
    " (select id from learning_resources_learningresourcerun where learning_resource_id = {id})",
    "Gone": "update learning_resources_learningresource set published = true where id = {id}",
}
PLANTED = [
    ("missing", "xpro|course|C1", ""),
    ("wrong", "xpro|course|C2", "title url"),
    ("wrong", "xpro|course|C3", "published"),
    ("wrong", "xpro|course|C4", "topics"),
    ("wrong", "xpro|course|C5", "runs"),
    ("wrong", "xpro|course|C6", "course_numbers"),
    ("wrong", "xpro|course|C7", "runs.instructors"),
    ("stale", "xpro|course|C8", "title"),
    ("extra", "xpro|course|Gone", ""),
    ("extra", "xpro|course|Nobody's", ""),
]


@pytest.fixture
def delivered(world):
    """Nine courses that are there and one that left, all delivered; what staff may set is set."""
    ensure_schema(world.learn)
    world.learn.execute("delete from pipelines.reconciled_difference")
    world.marts.put(*COURSES, GONE)
    world.deliver()
    world.marts.put(*COURSES, GONE.but(is_removed=True))
    world.deliver()
    world.learn.execute("update learning_resources_learningresource set view_count = 5, require_summaries = true")
    return world


def reconcile(world, **options):
    number = world._call(reconcile_learn, "", options)
    rows = world.learn.execute("select * from pipelines.reconciled_difference").fetchall()
    found = world.learn.execute(FOUND).fetchall()
    world.learn.execute("delete from pipelines.reconciled_difference")
    assert number == len(rows)
    return found


def plant(world):
    """One difference of each kind, behind the back of the ledger."""
    with world.learn.transaction():
        world.learn.execute("set local session_replication_role = replica")
        for readable_id, statement in PLANT.items():
            world.learn.execute(statement.format(id=world.resource(readable_id)["id"]))
        world.learn.execute(
            "insert into learning_resources_learningresource select (jsonb_populate_record(r, jsonb_build_object("
            "'id', 999999, 'readable_id', 'Nobody''s'))).* from learning_resources_learningresource as r where readable_id = 'C9'"
        )
    # The marts moved on; no delivery yet.
    world.marts.put(*(each.titled("Newer") if each.readable_id == "C8" else each for each in COURSES), GONE.but(is_removed=True))


def test_nothing_differs_after_a_delivery(delivered):
    before = learn_digest(delivered.learn, times=True, ids=True)
    assert reconcile(delivered) == []
    assert learn_digest(delivered.learn, times=True, ids=True) == before


def test_every_planted_difference_is_found_and_nothing_is_written(delivered):
    plant(delivered)
    before = learn_digest(delivered.learn, times=True, ids=True)
    assert reconcile(delivered) == [(*each, False) for each in PLANTED]
    assert learn_digest(delivered.learn, times=True, ids=True) == before


def test_repair_lets_the_next_delivery_mend_them(delivered):
    plant(delivered)
    ours = [each for each in PLANTED if each[1] != "xpro|course|Nobody's"]
    assert reconcile(delivered, repair=True) == [(*each, each in ours) for each in PLANTED]
    result = delivered.deliver()["xpro"]
    assert (result.inserted, result.updated, result.unpublished, result.held_back) == (1, 7, 1, 0)
    assert reconcile(delivered) == [("extra", "xpro|course|Nobody's", "", False)], "nobody but a person knows whose it is"
    assert delivered.resource("C2")["title"] == "Title of C2"
    assert delivered.resource("C2")["view_count"] == 5
    assert delivered.resource("Gone")["published"] is False


def test_a_removal_that_is_held_back_is_no_difference(delivered):
    delivered.marts.put(*(each.but(is_removed=True) for each in (*COURSES, GONE)))
    assert delivered.deliver()["xpro"].held_back == 9
    assert reconcile(delivered) == []
