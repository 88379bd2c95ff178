"""A busy, absent or killed party: the next sync ends in the state of an undisturbed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from include.errors import SearchUnavailable
from include.search.bulk import Limits
from include.search.client import SearchSettings, make_client
from include.search.ledger import SyncResult
from tests.support.busy_server import busy_server
from tests.support.index_digest import index_digest, versions
from tests.support.learn_catalog import add_courses, enqueue
from tests.support.search_stack import SearchStack

REPOSITORY = Path(__file__).resolve().parents[3]
PATIENT = Limits(first_wait_seconds=0, attempts=3)

SYNC_IN_A_PROCESS = """
import sys, psycopg
from datetime import UTC, datetime
from include.search.bulk import Limits
from include.search.client import SearchSettings, make_client
from include.search.sync import sync

dsn, url, prefix = sys.argv[1:]
with psycopg.connect(dsn) as connection:
    sync(connection, make_client(SearchSettings(url=url)), prefix, "killed", lambda: datetime.now(UTC),
         limits=Limits(batch_entries=20, request_documents=5))
"""


def test_a_busy_server_is_asked_again(stack: SearchStack, servers) -> None:
    add_courses(stack.learn, 1, 3)
    enqueue(stack.learn, [1, 2, 3])
    with busy_server(servers.opensearch_url, refusals=2) as stub:
        client = make_client(SearchSettings(url=stub.url))
        assert stack.sync(client=client, limits=PATIENT) == SyncResult(considered=3, indexed=3)
        assert stub.bulk_requests == 3


def test_only_the_items_that_were_refused_are_sent_again(stack: SearchStack, servers) -> None:
    add_courses(stack.learn, 1, 5)
    enqueue(stack.learn, [1, 2, 3, 4, 5])
    with busy_server(servers.opensearch_url, item_refusals=2) as stub:
        client = make_client(SearchSettings(url=stub.url))
        assert stack.sync(client=client, limits=PATIENT) == SyncResult(considered=5, indexed=5)
        assert stub.bulk_requests == 2
    assert len(stack.found()) == 5


def test_a_server_that_stays_busy_leaves_the_outbox_for_the_next_sync(stack: SearchStack, servers) -> None:
    add_courses(stack.learn, 1, 3)
    enqueue(stack.learn, [1, 2, 3])
    with busy_server(servers.opensearch_url, refusals=99) as stub:
        client = make_client(SearchSettings(url=stub.url))
        with pytest.raises(SearchUnavailable) as caught:
            stack.sync(client=client, limits=PATIENT)
        assert stub.bulk_requests == 3
    assert caught.value.transient
    assert stack.rows("select count(*) from pipelines.outbox") == [(3,)]
    assert stack.rows("select count(*) from pipelines.indexed_document") == [(0,)]
    assert stack.sync() == SyncResult(considered=3, indexed=3)


def test_an_absent_server_leaves_the_outbox(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 1)
    absent = make_client(SearchSettings(url="http://127.0.0.1:9", timeout_seconds=2))
    for _ in ("with an empty ledger", "with documents to count"):
        enqueue(stack.learn, [1])
        with pytest.raises(SearchUnavailable):
            stack.sync(client=absent)
        assert stack.rows("select count(*) from pipelines.outbox") == [(1,)]
        stack.sync()


@pytest.mark.parametrize("acknowledged", [0, 20, 60])
def test_sigkill_in_the_middle_of_the_bulk_calls(stack: SearchStack, servers, acknowledged: int) -> None:
    """Killed once that many documents were acknowledged; the rerun's index equals the one that nobody disturbed."""
    add_courses(stack.learn, 1, 120)
    enqueue(stack.learn, list(range(1, 121)))
    stack.sync()
    undisturbed = index_digest(stack.client, stack.prefix)
    stack.learn.execute("update learning_resources_learningresource set title = 'Other ' || id")
    enqueue(stack.learn, list(range(1, 121)))

    child = subprocess.Popen(
        [sys.executable, "-c", SYNC_IN_A_PROCESS, stack.dsn, servers.opensearch_url, stack.prefix],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    done = "select count(*) from pipelines.indexed_document where run_key = 'killed'"
    started = "select count(*) from pipelines.sync_run where run_key = 'killed'"
    while child.poll() is None:
        if stack.rows(done)[0][0] >= acknowledged and stack.rows(started)[0][0]:
            if not acknowledged:
                time.sleep(0.05)  # into the first request
            child.send_signal(signal.SIGKILL)
            break
    child.wait()
    assert stack.rows("select count(*) from pipelines.outbox")[0][0] > 0, "the sync was killed before it was done"

    # What the killed sync wrote without recording it must not hide behind an equal recorded hash: change everything back.
    stack.learn.execute("update learning_resources_learningresource set title = 'Course ' || id")
    enqueue(stack.learn, list(range(1, 121)))
    stack.sync()
    assert index_digest(stack.client, stack.prefix) == undisturbed
    assert stack.rows("select count(*) from pipelines.outbox") == [(0,)]
    assert stack.rows("select count(*) from pipelines.sync_run where finished_at is null") == [(0,)]
    recorded = {str(resource_id): version for resource_id, version in stack.rows(
        "select resource_id, version from pipelines.indexed_document"
    )}  # fmt: skip
    assert recorded == versions(stack.client, stack.prefix)
