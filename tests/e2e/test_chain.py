"""From the sandbox upstream to the search index, by the scheduler and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.chain import Chain, wait_for
from tests.support.digest import row_versions

RESOURCES = "learning_resources_learningresource"
COURSE_OF_NO_PROGRAM = f"""
select readable_id from {RESOURCES} as course
where etl_source = 'mitxonline' and resource_type = 'course' and published
    and not exists (select from learning_resources_learningresourcerelationship where child_id = course.id)
order by readable_id limit 1
"""
"""The document of a program holds the titles of its courses, and follows them."""


@pytest.mark.parametrize("source", ["mitxonline", "xpro", "ocw"])
def test_what_is_published_is_in_learn_and_in_the_index(chain: Chain, source: str) -> None:
    assert chain.published(source)
    assert chain.indexed(source) == chain.published(source)


def test_one_change_upstream_changes_one_row_and_one_document(chain: Chain) -> None:
    rows, resources, documents = row_versions(chain.learn), _resources(chain), chain.versions()
    course = chain.one(chain.learn, COURSE_OF_NO_PROGRAM)
    chain.upstream.edit("mitxonline", "courses", {"title": "A title that nobody had"}, key=course)

    chain.run("ingest_mitxonline")
    chain.settle()

    changed = str(chain.resource_id(course))
    now = row_versions(chain.learn)
    assert [table for table in rows if rows[table] != now[table]] == [RESOURCES]
    assert _differing(resources, _resources(chain)) == {changed}
    assert _differing(documents, chain.versions()) == {changed}


def test_an_unchanged_feed_ends_the_chain_at_the_load(chain: Chain) -> None:
    before = chain.runs("transform_catalog"), row_versions(chain.learn), chain.versions()

    run = chain.run("ingest_xpro")
    chain.settle()

    assert chain.state(run) == "success"
    assert chain.tasks(run)["announce"] == "skipped"
    transforms = [each for each in chain.runs("transform_catalog") if not each[1].startswith("scheduled__")]
    assert transforms == [each for each in before[0] if not each[1].startswith("scheduled__")]
    assert (row_versions(chain.learn), chain.versions()) == before[1:]


def test_a_stream_that_is_refused_fails_at_once_and_does_not_hold_the_other(chain: Chain) -> None:
    chain.upstream.fault("mitxonline", "expired_token", stream="programs", requests=100)
    chain.upstream.edit("mitxonline", "courses", {"title": "New while the programs are refused"}, index=3)

    run = chain.run("ingest_mitxonline")
    chain.upstream.reset("faults")
    chain.settle()

    assert chain.state(run) == "failed"
    tasks = {(each["task_id"], each["map_index"]): each for each in chain.instances(run)}
    assert (tasks["pull_pages", 1]["state"], tasks["pull_pages", 1]["try_number"]) == ("failed", 1)
    assert tasks["announce", -1]["state"] == "success"
    assert "AuthError" in chain.said(run, "pull_pages", map_index=1)
    assert chain.one(chain.learn, f"select count(*) from {RESOURCES} where title = 'New while the programs are refused'") == 1


def test_only_a_complete_read_removes(chain: Chain) -> None:
    gone, kept = sorted(chain.published("xpro"))[:2]
    chain.upstream.remove("xpro", _stream(chain, kept), key=kept)
    chain.run("ingest_xpro", {"limit": 1})
    chain.settle()
    assert kept in chain.published("xpro"), "an incomplete read removes nothing"

    chain.upstream.remove("xpro", _stream(chain, gone), key=gone)
    chain.run("ingest_xpro")
    chain.settle()
    assert {gone, kept}.isdisjoint(chain.published("xpro"))
    assert chain.indexed("xpro") == chain.published("xpro")


def test_a_backfill_replays_what_was_landed(chain: Chain) -> None:
    # Not yesterday: until five in the morning its run is the newest one of the schedule, and was made when the DAG was unpaused.
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    for days_ago in (3, 2, 1):
        chain.upstream.edit("xpro", "courses", {"title": f"As it was {days_ago} days ago"}, index=2)
        chain.run("ingest_xpro", run_after=(midnight - timedelta(days=days_ago, hours=-1)).isoformat())
    chain.settle()
    before = chain.learn_state(), chain.index_state()
    chain.warehouse.execute("delete from ops.loads where source = 'xpro' and stream = 'courses'")
    chain.warehouse.execute("truncate raw.xpro__courses")

    backfill = _backfill(chain, "ingest_xpro", midnight - timedelta(days=4), midnight)

    assert [chain.state(run) for run in backfill] == ["success"] * 4
    assert [chain.tasks(run)["plan_run"] for run in backfill] == ["skipped", "success", "success", "success"]
    assert "Nothing of xpro was landed on" in chain.said(backfill[0], "plan_run")
    assert chain.one(chain.warehouse, "select count(distinct run_key) from raw.xpro__courses") == 3
    chain.run("transform_catalog")
    chain.settle()
    assert (chain.learn_state(), chain.index_state()) == before


def test_the_archives_of_ocw_load_and_only_what_an_update_changes_moves(chain: Chain, shared_data: Path) -> None:
    archives = shared_data / "ocw"
    first = chain.upstream.load_ocw(archives / "live-bucket.tar.gz")["courses"]
    chain.run("ingest_ocw")
    chain.settle()
    assert len(first) == 28
    assert len(_published_of(chain, first)) == 28
    assert chain.indexed("ocw") == chain.published("ocw")
    resources, documents = _resources(chain), chain.versions()

    second = chain.upstream.load_ocw(archives / "live-bucket-update.tar.gz")["courses"]
    run = chain.run("ingest_ocw")
    chain.settle()

    landed = "select new_versions from ops.loads where stream = 'courses' and source = 'ocw' order by loaded_at desc limit 1"
    assert chain.one(chain.warehouse, landed) == 2, chain.tasks(run)
    changed = _differing(documents, chain.versions())
    assert len(changed) == 2
    assert _differing(resources, _resources(chain)) == changed
    assert changed <= _published_of(chain, second)


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    return {str(key) for key in before.keys() | now.keys() if before.get(key) != now.get(key)}


def _resources(chain: Chain) -> dict[str, str]:
    """The transaction that last wrote each resource, by id."""
    return dict(chain.learn.execute(f"select id::text, xmin::text from {RESOURCES}".encode()).fetchall())


def _stream(chain: Chain, readable_id: str) -> str:
    kind = chain.one(chain.learn, f"select resource_type from {RESOURCES} where readable_id = %s", readable_id)
    return f"{kind}s"


def _published_of(chain: Chain, slugs: list[str]) -> set[str]:
    query = f"select id from {RESOURCES} where etl_source = 'ocw' and published and url like any(%s)"
    return {str(row[0]) for row in chain.learn.execute(query.encode(), [[f"%/courses/{slug}/" for slug in slugs]]).fetchall()}


def _backfill(chain: Chain, dag_id: str, first: datetime, last: datetime) -> list[tuple[str, str]]:
    body = {"dag_id": dag_id, "from_date": first.isoformat(), "to_date": last.isoformat(), "max_active_runs": 1}
    chain.stack.api("POST", "backfills", body)

    def runs() -> list[tuple[str, str]]:
        return sorted(run for run in chain.runs(dag_id) if run[1].startswith("backfill__"))

    wait_for("the runs of the backfill", lambda: len(runs()) == 4)
    for run in runs():
        chain.wait(run)
    return runs()
