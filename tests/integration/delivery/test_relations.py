"""Programs and their children, and courses that are known by their address."""

from __future__ import annotations

from tests.support.digest import row_versions
from tests.support.marts import Unit

PROGRAM = Unit("P", resource_type="program", children=(("course", "A"), ("course", "B"), ("program", "Q")))
CHILDREN = (
    "select c.readable_id from learning_resources_learningresourcerelationship l"
    " join learning_resources_learningresource c on c.id = l.child_id"
    " join learning_resources_learningresource p on p.id = l.parent_id and p.readable_id = %s"
    " order by l.relation_type, l.position, l.id"
)


def test_children_keep_their_order_and_their_rows(world):
    world.marts.put(PROGRAM, Unit("A"), Unit("B"), Unit("C"), Unit("Q", resource_type="program"))
    assert world.deliver(chunk_units=1)["xpro"].attached == 1, "a child program may come after its parent"
    assert world.column(CHILDREN, "P") == ["A", "B", "Q"]
    rows = "select child_id, id from learning_resources_learningresourcerelationship"
    before = dict(world.learn.execute(rows).fetchall())
    world.marts.put(PROGRAM.but(children=(("course", "C"), ("course", "B"), ("program", "Q"))))
    world.deliver()
    assert world.column(CHILDREN, "P") == ["C", "B", "Q"]
    after = dict(world.learn.execute(rows).fetchall())
    assert {child: after[child] for child in before if child in after} == {child: row for child, row in before.items() if child in after}
    assert len(set(before) - set(after)) == 1


def test_a_child_that_arrives_later_is_attached(world):
    world.marts.put(PROGRAM, Unit("B"))
    world.deliver()
    assert world.column(CHILDREN, "P") == ["B"]
    world.outbox()
    world.marts.put(Unit("A"))
    result = world.deliver()["xpro"]
    assert (result.inserted, result.attached) == (1, 1)
    assert world.column(CHILDREN, "P") == ["A", "B"]
    assert world.outbox() == [("A", "changed"), ("P", "changed")]
    assert world.deliver()["xpro"].rows_written == 0


def test_a_topic_that_arrives_later_is_attached(world):
    world.marts.put(Unit("A", topics=("Fusion",)))
    world.deliver()
    world.marts.connection.execute("insert into reference.topics values ('f06109bf-cff8-4873-b04b-f5e66e3e1764', 'Fusion', 'Energy', '')")
    world.deliver_reference()
    assert world.deliver()["xpro"].attached == 1
    assert world.one("select count(*) from learning_resources_learningresource_topics") == 1


def test_parents_are_queued_when_what_they_show_of_a_child_changes(world):
    world.marts.put(PROGRAM, Unit("A"), Unit("B"), Unit("Q", resource_type="program"))
    world.deliver()
    world.outbox()
    world.marts.put(Unit("A").but(topics=("Energy",)))
    world.deliver()
    assert world.outbox() == [("A", "changed")]
    world.marts.put(Unit("A").titled("New"))
    world.deliver()
    assert world.outbox() == [("A", "changed"), ("P", "child")]
    world.marts.remove(Unit("A"))
    world.deliver()
    assert world.outbox() == [("A", "unpublished"), ("P", "child")]


def test_learning_paths_keep_their_items(world):
    world.marts.put(PROGRAM.but(children=(("course", "A"),)), Unit("A"))
    world.deliver()
    item = (
        "insert into learning_resources_learningresourcerelationship (created_on, updated_on, position, relation_type, child_id, parent_id)"
        " select now(), now(), 7, 'LEARNING_PATH_ITEMS', c.id, p.id from learning_resources_learningresource c,"
        " learning_resources_learningresource p where c.readable_id = 'A' and p.readable_id = 'P' returning id"
    )
    row = world.one(item)
    world.marts.put(PROGRAM.but(children=()))
    world.deliver()
    assert world.column("select id from learning_resources_learningresourcerelationship") == [row]


OCW = Unit("6.001+fall_2012", source="ocw", platform="ocw", values={"url": "https://ocw.mit.edu/courses/6-001/"})


def test_an_ocw_course_is_known_by_its_address(world):
    world.marts.put(OCW)
    world.deliver()
    number = world.resource(OCW.readable_id)["id"]
    world.marts.drop(OCW.key)
    world.marts.put(OCW.but(readable_id="6.001+spring_2013"))
    result = world.deliver()["ocw"]
    assert (result.inserted, result.updated, result.unpublished) == (0, 1, 0)
    assert world.learn.execute("select id, readable_id, published from learning_resources_learningresource").fetchall() == [
        (number, "6.001+spring_2013", True)
    ]
    assert world.column("select resource_key from pipelines.delivered_unit") == ["ocw|course|6.001+spring_2013"]
    before = row_versions(world.learn)
    assert world.deliver()["ocw"].rows_written == 0
    assert row_versions(world.learn) == before


def test_an_address_of_a_course_that_is_still_there_is_not_taken(world):
    other = OCW.but(readable_id="6.001+spring_2013")
    world.marts.put(OCW)
    world.deliver()
    world.marts.put(other)
    assert world.deliver()["ocw"].inserted == 1
    assert world.one("select count(*) from learning_resources_learningresource where published") == 2


def test_rows_of_learns_own_loaders_are_adopted(world):
    """A database that was filled by Celery: same natural keys, no ledger."""
    world.marts.put(OCW, Unit("A"), PROGRAM)
    world.deliver()
    before = dict(world.learn.execute("select readable_id, id from learning_resources_learningresource").fetchall())
    world.learn.execute("truncate pipelines.delivered_unit, pipelines.pending_reference")
    results = world.deliver()
    assert sum(result.inserted + result.rows_written for result in results.values()) == 0
    assert dict(world.learn.execute("select readable_id, id from learning_resources_learningresource").fetchall()) == before
