"""SIGKILL in the middle of every step: the chain ends by itself in the state of an undisturbed one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.support.chain import Chain, Hold, Run, wait_for

SLOW_SECONDS = 20.0
COURSES = 0
"""Map index of the stream `courses` in the mapped tasks."""
SENDING = """
select exists (
    select from pg_stat_activity
    where application_name = 'learn-pipelines learn_search' and state <> 'active' and state_change < now() - interval '1 second'
)
"""
"""A sync that asked its database nothing for a second: it waits for the index."""


def test_killed_in_every_step_the_chain_ends_as_undisturbed(chain: Chain) -> None:
    before = _undisturbed(chain, "Before")

    _edit(chain, "After")
    _pass_with_kills(chain)
    killed = _state(chain)
    assert killed != before

    assert _undisturbed(chain, "Before") == before
    assert _undisturbed(chain, "After") == killed


def _pass_with_kills(chain: Chain) -> None:
    warehouse, learn = (chain.stack.settings.admin_dsn_of(name) for name in ("warehouse", "learn"))
    delivered, synced = chain.runs("deliver_app_database"), chain.runs("sync_search_index")
    with (
        Hold(warehouse, "select pg_advisory_xact_lock(hashtextextended('raw.mitxonline__courses', 0))") as load,
        Hold(learn, "lock table learning_resources_learningresource in exclusive mode") as delivery,
        Hold(learn, "lock table pipelines.sync_run in access exclusive mode") as sync,
    ):
        chain.upstream.fault("mitxonline", "slow", stream="courses", seconds=SLOW_SECONDS)
        ingest = chain.trigger("ingest_mitxonline")
        chain.kill_task(ingest, "pull_pages", lambda: _is_asked(chain), COURSES)

        chain.kill_task(ingest, "load_raw", load.is_waited_for, COURSES)
        load.release()

        chain.kill_task(_next(chain, "deliver_app_database", delivered), "deliver_catalog", delivery.is_waited_for)
        delivery.release()

        run = _next(chain, "sync_search_index", synced)
        wait_for("the sync", sync.is_waited_for)
        with _frozen_index(chain):
            sync.release()
            chain.kill_task(run, "sync_documents", lambda: bool(chain.one(chain.learn, SENDING)))
    chain.settle()


def _is_asked(chain: Chain) -> bool:
    """Whether the slow answer is being waited for: the fault is used up, the request not answered."""
    return not chain.upstream.state()["faults"]


@contextmanager
def _frozen_index(chain: Chain) -> Iterator[None]:
    """An index that takes requests and answers none, as long as the block lasts."""
    server = psutil.Process(chain.stack.pid("opensearch"))
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def _next(chain: Chain, dag_id: str, known: list[Run]) -> Run:
    wait_for(dag_id, lambda: chain.runs(dag_id) != known)
    return chain.runs(dag_id)[0]


def _edit(chain: Chain, title: str) -> None:
    chain.upstream.edit("mitxonline", "courses", {"title": title}, index=1)


def _undisturbed(chain: Chain, title: str) -> tuple[dict[str, str], str]:
    _edit(chain, title)
    chain.run("ingest_mitxonline")
    chain.settle()
    return _state(chain)


def _state(chain: Chain) -> tuple[dict[str, str], str]:
    return chain.learn_state(), chain.index_state()
