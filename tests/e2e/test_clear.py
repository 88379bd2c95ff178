"""A clear is a re-run, never a repainting: after each kind of it, the relations in the warehouse are looked at."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.support.chain import Chain, Hold, Run, wait_for

MART = "marts.learning_resources_learningresource"
STAGING = "staging.stg_xpro__courses"
MART_TASK = "models.learning_resources_learningresource_model_build"
TAMPERED = "tampered by hand"
AT_LAST_SECONDS = 120.0
"""A run that lost its processes must have ended right by itself by then."""


@pytest.fixture
def built(chain: Chain) -> Run:
    """A finished run that built everything downstream of one source."""
    _change_upstream(chain)
    run = chain.runs("transform_catalog")[0]
    assert chain.state(run) == "success"
    assert chain.tasks(run)[MART_TASK] == "success"
    return run


def test_clearing_a_whole_run_rebuilds_its_relations(chain: Chain, built: Run) -> None:
    before = _oids(chain)
    _tamper(chain)

    chain.clear(built)

    assert chain.wait(built) == "success"
    assert _tampered(chain) == 0
    now = _oids(chain)
    assert {name for name in (MART, STAGING) if now[name] == before[name]} == set()
    assert "left_to_own_task=none" in chain.said(built, "dbt_build", 2)
    assert _is_published(chain)


def test_clearing_one_model_rebuilds_that_model(chain: Chain, built: Run) -> None:
    before = _oids(chain)
    _tamper(chain)

    chain.clear(built, MART_TASK)

    assert chain.wait(built) == "success"
    assert _tampered(chain) == 0
    assert _oids(chain)[STAGING] == before[STAGING]
    assert _is_published(chain), "the marts were published, and the model passed its tests"


def test_a_failed_model_is_built_after_it_was_mended_and_cleared(chain: Chain) -> None:
    with _broken_mart(chain):
        run = _change_upstream(chain)
        tasks = chain.tasks(run)
        assert chain.state(run) == "failed"
        assert (tasks[MART_TASK], tasks["publish_catalog"]) == ("failed", "upstream_failed")
        assert not _is_published(chain)
        assert "broken" in chain.said(run, MART_TASK), "the model's own task shows the error of the database"
    _tamper(chain)

    chain.clear(run, MART_TASK, downstream=True)

    assert chain.wait(run) == "success"
    assert _tampered(chain) == 0
    assert _is_published(chain)
    _assert_delivered(chain)


def test_clear_failed_builds_what_had_failed(chain: Chain) -> None:
    with _broken_mart(chain):
        run = _change_upstream(chain)
        assert chain.state(run) == "failed"

    chain.clear(run, only_failed=True)

    assert chain.wait(run) == "success"
    assert _is_published(chain)
    _assert_delivered(chain)


def test_an_older_run_cannot_bring_an_old_state_back(chain: Chain, built: Run) -> None:
    newer = _change_upstream(chain)
    assert newer != built
    before = chain.learn_state(), chain.index_state()

    chain.clear(built)

    assert chain.wait(built) == "success"
    chain.settle()
    assert (chain.learn_state(), chain.index_state()) == before


def test_a_killed_build_ends_right_by_itself(chain: Chain) -> None:
    def kill_the_task(run: Run, is_stopped: Callable[[], bool]) -> None:
        chain.kill_task(run, "dbt_build", is_stopped)

    _assert_ends_right(chain, kill_the_task)


def test_killed_workers_are_replaced_and_the_build_ends_right_by_itself(chain: Chain) -> None:
    def kill_all_workers(run: Run, is_stopped: Callable[[], bool]) -> None:
        wait_for(f"the build of {run} to be in its middle", is_stopped)
        for worker in chain.workers():
            os.kill(worker.pid, signal.SIGKILL)

    _assert_ends_right(chain, kill_all_workers)


def _assert_ends_right(chain: Chain, kill: Callable[[Run, Callable[[], bool]], None]) -> None:
    """Change something, stop the build in its middle by a lock on a mart, kill, let go, and look at what comes of it."""
    known = chain.runs("transform_catalog")
    with Hold(chain.stack.settings.admin_dsn_of("warehouse"), f"lock table {MART} in access exclusive mode") as hold:
        _edit(chain)
        chain.run("ingest_xpro")
        wait_for("the transform", lambda: chain.runs("transform_catalog") != known)
        run = chain.runs("transform_catalog")[0]
        kill(run, hold.is_waited_for)
    assert chain.wait(run, AT_LAST_SECONDS) == "success"
    assert _is_published(chain)
    _assert_delivered(chain)


def _edit(chain: Chain) -> None:
    chain.upstream.edit("xpro", "courses", {"title": f"Edited at {time.time_ns()}"}, index=3)


def _change_upstream(chain: Chain) -> Run:
    """Change one course and let the chain follow; the run of the transform."""
    known = chain.runs("transform_catalog")
    _edit(chain)
    chain.run("ingest_xpro")
    chain.settle()
    [run] = [each for each in chain.runs("transform_catalog") if each not in known and each[1].startswith("asset_triggered__")]
    return run


@contextmanager
def _broken_mart(chain: Chain) -> Iterator[None]:
    """A mart that takes no row, as long as the block lasts: its model fails."""
    chain.warehouse.execute(f"alter table {MART} add constraint broken check (false) not valid".encode())
    try:
        yield
    finally:
        chain.warehouse.execute(f"alter table {MART} drop constraint if exists broken".encode())


def _oids(chain: Chain) -> dict[str, int]:
    return {name: chain.one(chain.warehouse, "select %s::regclass::oid::bigint", name) for name in (MART, STAGING)}


def _tamper(chain: Chain) -> None:
    chain.warehouse.execute(f"update {MART} set title = '{TAMPERED}'".encode())


def _tampered(chain: Chain) -> int:
    return int(chain.one(chain.warehouse, f"select count(*) from {MART} where title = %s", TAMPERED))


def _is_published(chain: Chain) -> bool:
    return bool(chain.one(chain.warehouse, "select state from ops.mart_state where mart = 'catalog'") == "published")


def _assert_delivered(chain: Chain) -> None:
    """What the marts have is what Learn has, and what Learn shows is what the index has."""
    chain.settle()
    titles = dict(chain.warehouse.execute("select readable_id, title from " + MART + " where published and etl_source = 'xpro'").fetchall())
    query = "select readable_id, title from learning_resources_learningresource where published and etl_source = 'xpro'"
    assert dict(chain.learn.execute(query).fetchall()) == titles
    assert chain.indexed("xpro") == set(titles)
