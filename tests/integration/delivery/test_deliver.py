"""What a delivery does to Learn's tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.errors import ContractBroken, NotPublished
from tests.support.digest import learn_digest, row_versions
from tests.support.marts import EVERYTHING, Run, Unit

RICH = Unit(
    "Course+1",
    runs=(
        Run(
            "r1",
            instructors=(("Ada Lovelace", "Ada", "Lovelace"), ("Alan Turing", "Alan", "Turing")),
            image=("https://img/run.png", "d", "a"),
        ),
        Run("r2", prices=("100.00", "250.50"), instructors=(("Alan Turing", "", ""),)),
    ),
    tags=("Videos", "Notes"),
    prices=("100.00", "250.50"),
    departments=("6", "18"),
)


def test_the_first_delivery_writes_the_whole_unit(world):
    world.marts.put(RICH)
    result = world.deliver()["xpro"]
    assert (result.considered, result.inserted, result.updated, result.unchanged) == (1, 1, 0, 0)
    course = world.resource("Course+1")
    assert course["title"] == "Title of Course+1"
    assert course["description"] == "A tab\t, a \\ backslash and a\nnew line"
    assert course["created_on"] == course["updated_on"] == "2026-11-22T14:00:00+00:00"
    assert (course["completeness"], course["test_mode"], course["view_count"]) == (1.0, False, None)
    assert world.column(
        "select t.name from learning_resources_learningresource_topics l join learning_resources_learningresourcetopic t"
        " on t.id = l.learningresourcetopic_id order by 1"
    ) == ["Algorithms", "Computing"]
    assert world.learn.execute(
        "select r.run_id, i.full_name, i.first_name, p.position from learning_resources_runinstructorrelationship p"
        " join learning_resources_learningresourcerun r on r.id = p.run_id"
        " join learning_resources_learningresourceinstructor i on i.id = p.instructor_id order by 1, p.position"
    ).fetchall() == [("r1", "Ada Lovelace", "Ada", 0), ("r1", "Alan Turing", "Alan", 1), ("r2", "Alan Turing", "Alan", 0)]
    assert world.column("select url from learning_resources_learningresourceimage order by 1") == [
        "https://img/1.png",
        "https://img/run.png",
    ]
    assert world.one("select count(*) from learning_resources_learningresourceprice") == 2
    assert world.one("select course_numbers from learning_resources_course") == [{"value": "Course+1"}]
    assert world.one("select best_run from pipelines.delivered_unit") == "r1"
    assert world.outbox() == [("Course+1", "changed")]


def test_a_second_delivery_writes_nothing(world):
    world.marts.put(RICH, Unit("P1", resource_type="program", children=(("course", "Course+1"),)))
    world.deliver()
    world.outbox()
    before = learn_digest(world.learn, times=True, ids=True), row_versions(world.learn), world.column(SEQUENCES)
    result = world.deliver()["xpro"]
    assert (result.considered, result.unchanged, result.rows_written) == (2, 2, 0)
    assert (learn_digest(world.learn, times=True, ids=True), row_versions(world.learn), world.column(SEQUENCES)) == before
    assert world.outbox() == []


SEQUENCES = "select sequencename || coalesce(last_value, 0) from pg_sequences where schemaname in ('public', 'pipelines') order by 1"


def test_a_change_that_ends_where_it_began_is_delivered_without_touching_rows(world):
    """A new hash over equal values: the ledger moves, Learn's rows do not."""
    world.marts.put(RICH)
    world.deliver()
    before = row_versions(world.learn), [line for line in world.column(SEQUENCES) if not line.startswith("outbox")]
    world.marts.put(RICH.but(created_hint="2020-01-01"))
    result = world.deliver()["xpro"]
    assert (result.updated, result.rows_written) == (1, 0)
    assert (row_versions(world.learn), [line for line in world.column(SEQUENCES) if not line.startswith("outbox")]) == before


def test_one_changed_field_touches_only_its_row(world):
    world.marts.put(RICH, Unit("Course+2"), Unit("Course+3"))
    world.deliver()
    world.outbox()
    before, ids = row_versions(world.learn), world.column("select id from learning_resources_learningresource order by readable_id")
    world.marts.put(RICH.titled("A better title"))
    result = world.deliver()["xpro"]
    after = row_versions(world.learn)
    moved = {table for table in after if after[table] != before[table]}
    assert moved == {"learning_resources_learningresource"}
    assert len(set(after["learning_resources_learningresource"].items()) - set(before["learning_resources_learningresource"].items())) == 1
    assert (result.updated, result.unchanged, result.rows_written) == (1, 2, 1)
    assert world.resource("Course+1")["updated_on"] == "2026-11-22T15:00:00+00:00"
    assert world.resource("Course+1")["created_on"] == "2026-11-22T14:00:00+00:00"
    assert world.column("select id from learning_resources_learningresource order by readable_id") == ids
    assert world.outbox() == [("Course+1", "changed")]


def test_nested_rows_are_replaced_and_the_unchanged_ones_keep_their_ids(world):
    world.marts.put(RICH)
    world.deliver()
    links = "select id, learningresourcetopic_id from learning_resources_learningresource_topics order by 2"
    kept = {topic: row for row, topic in world.learn.execute(links).fetchall()}
    world.marts.put(
        RICH.but(
            topics=("Computing", "Energy"),
            departments=(),
            runs=(Run("r1", prices=(), instructors=(("Alan Turing", "Alan Mathison", ""), ("Ada Lovelace", "", ""))),),
        )
    )
    world.deliver()
    now = {topic: row for row, topic in world.learn.execute(links).fetchall()}
    computing = world.one("select id from learning_resources_learningresourcetopic where name = 'Computing'")
    assert now[computing] == kept[computing]
    assert len(now) == 2
    assert now != kept
    assert world.one("select count(*) from learning_resources_learningresource_departments") == 0
    assert world.learn.execute("select run_id, published from learning_resources_learningresourcerun order by 1").fetchall() == [
        ("r1", True),
        ("r2", False),
    ]
    assert world.learn.execute(
        "select i.full_name, i.first_name, i.last_name, p.position from learning_resources_runinstructorrelationship p"
        " join learning_resources_learningresourcerun r on r.id = p.run_id and r.run_id = 'r1'"
        " join learning_resources_learningresourceinstructor i on i.id = p.instructor_id order by p.position"
    ).fetchall() == [("Alan Turing", "Alan Mathison", "Turing", 0), ("Ada Lovelace", "Ada", "Lovelace", 1)]


def test_what_is_not_provided_stays_and_what_is_empty_goes(world):
    world.marts.put(RICH)
    world.deliver()
    bare = RICH.but(topics=(), departments=(), tags=(), prices=(), image=None, runs=())
    world.marts.put(bare.but(provided=()))
    before = learn_digest(world.learn)
    world.deliver()
    assert learn_digest(world.learn) == before
    world.marts.put(bare)
    world.deliver()
    for link in ("topics", "departments", "resource_tags", "resource_prices"):
        assert world.one(f"select count(*) from learning_resources_learningresource_{link}") == 0, link
    assert world.resource("Course+1")["image_id"] is None
    assert world.resource("Course+1")["prices"] == []
    assert world.column("select published from learning_resources_learningresourcerun") == [False, False]


WITHOUT = {
    "topics": RICH.but(topics=()),
    "departments": RICH.but(departments=()),
    "tags": RICH.but(tags=()),
    "prices": RICH.but(prices=(), runs=tuple(replace(run, prices=()) for run in RICH.runs)),
    "image": RICH.but(image=None),
    "instructors": RICH.but(runs=tuple(replace(run, instructors=()) for run in RICH.runs)),
    "runs": RICH.but(runs=()),
    "relationships": RICH.but(children=()),
}
HELD_BY = {
    "topics": "select count(*) from learning_resources_learningresource_topics",
    "departments": "select count(*) from learning_resources_learningresource_departments",
    "tags": "select count(*) from learning_resources_learningresource_resource_tags",
    "prices": "select (select count(*) from learning_resources_learningresource_resource_prices) + count(*)"
    " from learning_resources_learningresourcerun_resource_prices",
    "image": "select count(image_id) from learning_resources_learningresource",
    "instructors": "select count(*) from learning_resources_runinstructorrelationship",
    "runs": "select count(*) from learning_resources_learningresourcerun where published",
    "relationships": "select count(*) from learning_resources_learningresourcerelationship",
}


@pytest.mark.parametrize("collection", EVERYTHING)
def test_each_collection_stays_when_it_is_not_provided_and_goes_when_it_is_empty(world, collection):
    bare = Unit("D", resource_type="document", runs=(), topics=(), departments=(), prices=(), image=None)
    world.marts.put(RICH.but(children=(("document", "D"),)), bare)
    world.deliver()
    held = world.one(HELD_BY[collection])
    assert held
    world.marts.put(WITHOUT[collection].but(provided=tuple(name for name in EVERYTHING if name != collection)))
    before = learn_digest(world.learn)
    world.deliver()
    if collection != "relationships":
        world.marts.put(RICH.but(provided=tuple(name for name in EVERYTHING if name != collection), children=(("document", "D"),)))
        world.deliver()
        assert learn_digest(world.learn) == before
    assert world.one(HELD_BY[collection]) == held
    world.marts.put(WITHOUT[collection])
    world.deliver()
    assert world.one(HELD_BY[collection]) == 0


def test_completeness_is_written_only_by_a_source_that_computes_it(world):
    world.marts.put(Unit("A"), Unit("B", provided=("completeness",)))
    world.deliver()
    assert (world.resource("A")["completeness"], world.resource("B")["completeness"]) == (1.0, 0.5)
    world.learn.execute("update learning_resources_learningresource set completeness = 0.25")
    world.marts.put(Unit("A").titled("x"), Unit("B", provided=("completeness",)).titled("x"))
    world.deliver()
    assert (world.resource("A")["completeness"], world.resource("B")["completeness"]) == (0.25, 0.5)


def test_forced_ingestion_sets_the_flags_once(world):
    """sources.md 6.3: summaries are required, and an unpublished course is put in test mode; staff may take it back."""
    unit = Unit("A", published=False, force_ingest=True, runs=(Run("r1", values={"published": False}),))
    world.marts.put(unit)
    world.deliver()
    assert (world.resource("A")["require_summaries"], world.resource("A")["test_mode"]) == (True, True)
    assert world.one("select published from learning_resources_learningresourcerun")
    world.learn.execute("update learning_resources_learningresource set require_summaries = false, test_mode = false")
    world.marts.put(unit.titled("Other"))
    world.deliver()
    assert (world.resource("A")["require_summaries"], world.resource("A")["test_mode"]) == (False, False)


def test_a_resource_in_test_mode_keeps_its_runs_and_is_not_removed(world):
    unit = Unit("A", runs=(Run("r1"), Run("r2")))
    world.marts.put(unit)
    world.deliver()
    world.learn.execute("update learning_resources_learningresource set test_mode = true")
    world.marts.put(unit.but(runs=(Run("r1", values={"published": False}),)))
    world.deliver()
    assert world.column("select published from learning_resources_learningresourcerun") == [True, True]
    world.marts.remove(unit)
    world.deliver()
    assert world.resource("A")["published"]


def test_shared_rows_are_found_and_not_made_twice(world):
    image = ("https://img/same.png", None, None)
    world.marts.put(*(Unit(f"C{number}", image=image, tags=("Videos",)) for number in range(5)))
    world.deliver(chunk_units=2)
    for table in ("image", "price", "contenttag"):
        assert world.one(f"select count(*) from learning_resources_learningresource{table}") == 1, table


def test_a_renamed_instructor_reaches_the_documents_of_other_courses(world):
    world.marts.put(
        Unit("A", runs=(Run("r1", instructors=(("Ada Lovelace", "", ""),)),)),
        Unit("B", runs=(Run("r1", instructors=(("Ada Lovelace", "", ""),)),)),
    )
    world.deliver()
    world.outbox()
    world.marts.put(Unit("A", runs=(Run("r1", instructors=(("Ada Lovelace", "Ada", ""),)),)))
    world.deliver()
    assert world.outbox() == [("A", "changed"), ("B", "instructor")]


def test_a_first_load_can_look_old(world):
    world.marts.put(Unit("A", created_hint="2019-05-01T00:00:00Z"), Unit("B"))
    world.deliver(first_load_created_on="source")
    assert world.resource("A")["created_on"] == "2019-05-01T00:00:00+00:00"
    assert world.resource("B")["created_on"] == "2026-11-20T14:00:00+00:00"
    world.marts.put(Unit("C", created_hint="2019-05-01T00:00:00Z"))
    world.deliver(first_load_created_on="source")
    assert world.resource("C")["created_on"] == "2026-11-22T15:00:00+00:00"


def test_marts_that_are_being_rebuilt_are_not_read(world):
    world.marts.put(Unit("A"))
    world.marts.publish("building")
    with pytest.raises(NotPublished, match="transform-7"):
        world.deliver()
    assert world.one("select count(*) from learning_resources_learningresource") == 0


def test_an_unknown_platform_or_department_stops_with_what_to_do(world):
    world.marts.put(Unit("A", departments=("99",)), Unit("B", platform="nowhere"))
    with pytest.raises(ContractBroken, match=r"department '99'.*platform 'nowhere'.*deliver_reference"):
        world.deliver()
    assert world.one("select count(*) from learning_resources_learningresource") == 0


def test_a_value_too_long_for_learn_names_the_chunk(world):
    world.marts.put(Unit("A").titled("x" * 257))
    with pytest.raises(ContractBroken, match="character varying"):
        world.deliver()


def test_counts_of_a_run_are_in_the_ledger(world):
    world.marts.put(*(Unit(f"C{number}") for number in range(5)), Unit("M", source="mitxonline", platform="mitxonline"))
    world.deliver(chunk_units=2)
    ledger = world.learn.execute(
        "select etl_source, considered, inserted, unchanged, finished_at is not null from pipelines.delivery_run order by 1"
    ).fetchall()
    assert ledger == [("mitxonline", 1, 1, 0, True), ("xpro", 5, 5, 0, True)]
