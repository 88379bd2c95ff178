"""Feed by feed from Learn's own loaders to ours: off, in the shadow, on."""

from __future__ import annotations

import pytest

from include.delivery import Modes
from include.delivery.shadow import Parity
from tests.support.digest import learn_digest, row_versions
from tests.support.marts import Run, Unit

SHADOW = Modes("shadow")
FEED = [Unit(f"C{number}", runs=(Run("r1", instructors=(("Ada Lovelace", "Ada", ""),)), Run("r2"))) for number in range(8)]
PROGRAM = Unit("P", resource_type="program", children=(("course", "C0"), ("course", "C1")))
OCW = Unit("6.001+fall_2012", source="ocw", platform="ocw", values={"url": "https://ocw.mit.edu/courses/6-001/"})
SAMPLES = "select kind, resource_key, field, run_id, learn, ours from pipelines.parity_difference order by 1, 2, 3, 4"


def of_learn(world) -> tuple[object, ...]:
    """Every row of Learn, and who wrote it."""
    return learn_digest(world.learn, times=True, ids=True), row_versions(world.learn)


@pytest.fixture
def celery(world):
    """A Learn that its own loaders filled with what the marts have, and know nothing of us."""
    world.marts.put(*FEED, PROGRAM, OCW, Unit("M", source="mitxonline", platform="mitxonline"))
    world.deliver()
    for table in ("delivered_unit", "delivery_run", "outbox", "pending_reference", "feed_mode"):
        world.learn.execute(f"delete from pipelines.{table}")
    return world


def plant(world) -> None:
    """What the two loaders disagree about."""
    resource = "learning_resources_learningresource"
    for statement in (
        f"update {resource} set title = 'Old title' where readable_id in ('C1', 'C2')",
        f"update {resource} set test_mode = true, require_summaries = true, view_count = 7 where readable_id = 'C3'",
        f"update {resource}run set title = 'Old run' where run_id = 'r2' and learning_resource_id = (select id from {resource}"
        " where readable_id = 'C1')",
        f"delete from {resource}_topics where learningresource_id = (select id from {resource} where readable_id = 'C4')",
        f"delete from {resource}relationship where position = 1",
        f"update {resource} set published = false where readable_id = 'C5'",
        f"update {resource} set readable_id = 'C6-elsewhere' where readable_id = 'C6'",
        f"update {resource} set readable_id = '6.001+spring_2005' where readable_id = '6.001+fall_2012'",
    ):
        world.learn.execute(statement)


def test_equal_feeds_are_told_to_be_equal_and_learn_is_only_read(celery):
    before = of_learn(celery)
    reports = celery.deliver_shadow(SHADOW)
    assert reports == {
        "mitxonline": Parity(1, 0, 0, 0, {}),
        "ocw": Parity(1, 0, 0, 0, {}),
        "xpro": Parity(9, 0, 0, 0, {}),
    }
    assert of_learn(celery) == before
    assert celery.column("select count(*) from pipelines.delivered_unit union all select count(*) from pipelines.outbox") == [0, 0]
    assert celery.deliver_shadow(SHADOW) == reports


def test_every_planted_difference_is_told_and_no_other(celery):
    plant(celery)
    before = of_learn(celery)
    reports = celery.deliver_shadow(SHADOW)
    assert of_learn(celery) == before
    assert reports == {
        "mitxonline": Parity(1, 0, 0, 0, {}),
        "ocw": Parity(0, 1, 0, 0, {"readable_id": 1}),
        "xpro": Parity(3, 4, 1, 2, {"title": 2, "children": 1, "runs.title": 1, "topics": 1}),
    }
    assert str(reports["xpro"]) == "3 equal, 4 different (title 2, children 1, runs.title 1, topics 1), 1 missing, 2 extra"
    assert celery.learn.execute(SAMPLES).fetchall() == [
        ("different", "ocw|course|6.001+fall_2012", "readable_id", None, "6.001+spring_2005", "6.001+fall_2012"),
        ("different", "xpro|course|C1", "runs.title", "r2", "Old run", "Run r2"),
        ("different", "xpro|course|C1", "title", None, "Old title", "Title of C1"),
        ("different", "xpro|course|C2", "title", None, "Old title", "Title of C2"),
        ("different", "xpro|course|C4", "topics", None, None, ["Algorithms", "Computing"]),
        (
            "different", "xpro|program|P", "children", None,
            ["PROGRAM_COURSES xpro C0"], ["PROGRAM_COURSES xpro C0", "PROGRAM_COURSES xpro C1"],
        ),
        ("extra", "xpro|course|C5", None, None, None, None),
        ("extra", "xpro|course|C6", None, None, None, None),
        ("missing", "xpro|course|C6-elsewhere", None, None, None, None),
    ]  # fmt: skip
    assert celery.learn.execute(
        "select equal, different, missing, extra, fields from pipelines.parity_report where etl_source = 'xpro'"
    ).fetchall() == [(3, 4, 1, 2, {"title": 2, "children": 1, "runs.title": 1, "topics": 1})]


def test_a_feed_that_is_not_on_is_not_written(celery):
    celery.marts.put(*(unit.titled("New") for unit in FEED), Unit("M", source="mitxonline", platform="mitxonline").titled("New"))
    results = celery.deliver(modes=Modes("off", {"mitxonline": "on"}))
    assert set(results) == {"mitxonline"}
    assert celery.one("select count(*) from learning_resources_learningresource where title = 'New'") == 1
    assert celery.deliver(modes=Modes("off")) == {}
    assert celery.deliver_shadow(Modes("off")) == {}
    assert celery.learn.execute("select etl_source, mode from pipelines.feed_mode order by 1").fetchall() == [
        ("mitxonline", "off"), ("ocw", "off"), ("xpro", "off"),
    ]  # fmt: skip


def test_a_feed_that_is_switched_on_again_is_compared_with_what_learn_wrote_meanwhile(celery):
    celery.deliver()
    celery.deliver(modes=Modes("off"))
    celery.learn.execute("update learning_resources_learningresource set title = 'By Celery' where readable_id in ('C1', 'C2')")
    celery.learn.execute("update learning_resources_learningresource set published = true where readable_id = 'C3'")
    celery.marts.remove(FEED[3])
    result = celery.deliver()["xpro"]
    assert result.unpublished == 1
    assert celery.one("select count(*) from learning_resources_learningresource where title = 'By Celery'") == 0
    assert celery.deliver()["xpro"].rows_written == 0


def test_a_feed_that_goes_off_keeps_everything(celery):
    celery.deliver()
    before = of_learn(celery)
    celery.marts.drop(*(unit.key for unit in FEED))
    celery.deliver(modes=Modes("on", {"xpro": "off"}))
    assert of_learn(celery) == before
    assert celery.one("select count(*) from pipelines.held_removal") == 0


def test_the_shadow_follows_a_migration_of_learn(celery):
    celery.deliver_shadow(SHADOW)
    celery.learn.execute("alter table learning_resources_learningresource add column is_starred boolean")
    try:
        assert celery.deliver_shadow(SHADOW)["xpro"].equal == 9
        assert (
            celery.one(
                "select count(*) from information_schema.columns where table_schema = 'pipelines_shadow' and column_name = 'is_starred'"
            )
            == 1
        )
    finally:
        celery.learn.execute("alter table learning_resources_learningresource drop column is_starred")
