"""The taxonomy in Learn's tables."""

from __future__ import annotations

import pytest

from include.errors import ContractBroken
from tests.support.digest import learn_digest, row_versions
from tests.support.marts import Unit

TOPICS = (
    "select t.name, p.name from learning_resources_learningresourcetopic t"
    " left join learning_resources_learningresourcetopic p on p.id = t.parent_id order by 1"
)


def seeds(world, statement):
    world.marts.connection.execute(statement)


def test_the_taxonomy_is_delivered_whole(world):
    assert world.learn.execute(TOPICS).fetchall() == [("Algorithms", "Computing"), ("Computing", None), ("Energy", None)]
    assert world.learn.execute(
        "select d.department_id, s.name from learning_resources_learningresourcedepartment d"
        " left join learning_resources_learningresourceschool s on s.id = d.school_id order by 1"
    ).fetchall() == [("18", "School of Science"), ("6", "School of Engineering"), ("PE", None)]
    assert world.one("select offerings from learning_resources_learningresourceofferor where code = 'xpro'") == ["Courses"]
    assert world.one("select count(*) from learning_resources_learningresourcetopicmapping") == 3


def test_unchanged_seeds_write_nothing(world):
    before = row_versions(world.learn)
    results = world.deliver_reference()
    assert row_versions(world.learn) == before
    assert {(each.inserted, each.updated, each.deleted, each.enqueued) for each in results.values()} == {(0, 0, 0, 0)}
    assert results["topics"].considered == 3


@pytest.mark.parametrize(
    "statement",
    [
        "update reference.topics set name = 'Energy systems' where name = 'Energy'",
        "update reference.topics set icon = 'RiSun' where name = 'Energy'",
        "update reference.platforms set name = 'xPRO' where code = 'xpro'",
        "update reference.offerors set display_facet = false where code = 'xpro'",
        "update reference.departments set name = 'Course Six' where department_id = '6'",
        "update reference.schools set url = 'https://soe.mit.edu/' where id = 1",
    ],
)
def test_a_changed_name_reaches_the_documents_that_show_it(world, statement):
    world.marts.put(
        Unit("Shows", topics=("Energy",)),
        Unit("Hidden", topics=("Energy",), published=False),
        Unit("Other", source="ocw", platform="ocw", topics=("Computing",), departments=("18",)),
    )
    world.deliver()
    world.outbox()
    seeds(
        world,
        "update reference.topic_mappings set mapped_to = 'Energy systems' where mapped_to = 'Energy'"
        if "systems" in statement
        else "select 1",
    )
    seeds(world, statement)
    world.deliver_reference()
    assert [name for name, _reason in world.outbox()] == ["Shows"]


def test_what_editors_added_stays(world):
    world.learn.execute(
        "insert into learning_resources_learningresourcetopicmapping (topic_name, offeror_id, topic_id, created_on, updated_on)"
        " select 'Sunshine', 'xpro', id, now(), now() from learning_resources_learningresourcetopic where name = 'Energy'"
    )
    world.learn.execute(
        "insert into learning_resources_learningresourcetopic (name, icon, topic_uuid, created_on, updated_on)"
        " values ('Editors topic', '', gen_random_uuid(), now(), now())"
    )
    seeds(world, "delete from reference.topic_mappings where topic_name = 'Power'")
    results = world.deliver_reference()
    assert results["mappings"].deleted == 1
    names = "select topic_name || ' ' || offeror_id from learning_resources_learningresourcetopicmapping order by 1"
    assert world.column(names) == ["Coding mitx", "Coding xpro", "Sunshine xpro"]
    assert "Editors topic" in world.column("select name from learning_resources_learningresourcetopic")


def test_topics_of_another_uuid_are_found_by_name_and_keep_id_and_uuid(world):
    world.learn.execute(
        "update learning_resources_learningresourcetopic set topic_uuid = gen_random_uuid(), name = 'ENERGY' where name = 'Energy'"
    )
    world.learn.execute("truncate pipelines.reference_row")
    kept = world.learn.execute("select id, topic_uuid from learning_resources_learningresourcetopic order by 1").fetchall()
    world.deliver_reference()
    seeds(world, "update reference.topics set name = 'Power' where name = 'Energy'")
    seeds(world, "update reference.topic_mappings set mapped_to = 'Power' where mapped_to = 'Energy'")
    world.deliver_reference()
    assert world.learn.execute("select id, topic_uuid from learning_resources_learningresourcetopic order by 1").fetchall() == kept
    assert "Power" in world.column("select name from learning_resources_learningresourcetopic")


def test_seeds_that_do_not_hold_together_write_nothing(world):
    before = learn_digest(world.learn, times=True, ids=True)
    seeds(world, "update reference.topics set parent_name = 'Nobody' where name = 'Energy'")
    seeds(world, "delete from reference.platforms")
    with pytest.raises(ContractBroken, match=r"empty seed: platforms.*topic without its parent: Energy"):
        world.deliver_reference()
    assert learn_digest(world.learn, times=True, ids=True) == before
