"""A busy, absent or killed party: the next sync ends in the state of an undisturbed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from include.errors import BulkRejected, SearchUnavailable
from include.search.bulk import Limits, Operation, Outcome, send
from include.search.client import SearchSettings, make_client
from include.search.ledger import SyncResult
from include.search.names import serving_alias
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


def test_a_document_that_spoils_its_request_is_put_aside_and_the_others_go_on(stack: SearchStack) -> None:
    """A line break in a document makes the server refuse the whole request."""
    alias = serving_alias(stack.prefix, "course")
    texts = {number: f'{{"resource_type":"course","id":{number}}}' for number in range(1, 12)}
    texts[7] = texts[7].replace(",", ",\n")
    operations = [Operation(alias, number, "course", 1, text, b"digest") for number, text in texts.items()]
    answers = {answer.operation.resource_id: answer for answer in send(stack.client, operations, Limits(request_documents=5))}
    assert answers.keys() == texts.keys()
    assert answers.pop(7).outcome is Outcome.REJECTED
    assert {answer.outcome for answer in answers.values()} == {Outcome.INDEXED}
    assert len(versions(stack.client, stack.prefix)) == 10


def test_a_server_that_takes_only_small_requests_gets_small_ones(stack: SearchStack, servers) -> None:
    add_courses(stack.learn, 1, 8)
    stack.learn.execute("update learning_resources_learningresource set full_description = repeat('x', 40000) where id = 5")
    enqueue(stack.learn, list(range(1, 9)))
    with busy_server(servers.opensearch_url, largest_request=30000) as stub, pytest.raises(BulkRejected, match="413"):
        stack.sync(client=make_client(SearchSettings(url=stub.url)))
    assert set(stack.found()) == {"1", "2", "3", "4", "6", "7", "8"}
    assert stack.rows("select resource_id from pipelines.rejected_document") == [(5,)]


def test_a_full_disk_is_waited_for(stack: SearchStack) -> None:
    """As OpenSearch marks an index at the flood-stage watermark."""
    add_courses(stack.learn, 1, 3)
    enqueue(stack.learn, [1, 2, 3])
    block(stack, "read_only_allow_delete", True)
    relief = threading.Timer(1.5, block, (stack, "read_only_allow_delete", None))
    relief.start()
    assert stack.sync(limits=Limits(first_wait_seconds=1, attempts=6)) == SyncResult(considered=3, indexed=3)
    relief.join()


@pytest.mark.parametrize("name", ["read_only_allow_delete", "read_only", "write"])
def test_an_index_that_takes_no_writes_leaves_the_outbox(stack: SearchStack, name: str) -> None:
    add_courses(stack.learn, 1, 3)
    enqueue(stack.learn, [1, 2, 3])
    block(stack, name, True)
    with pytest.raises(SearchUnavailable, match="room on its disks, or take the block off") as caught:
        stack.sync(limits=PATIENT)
    assert caught.value.transient
    assert stack.rows("select count(*) from pipelines.outbox") == [(3,)]
    assert stack.rows("select count(*) from pipelines.rejected_document") == [(0,)]
    block(stack, name, None)
    assert stack.sync() == SyncResult(considered=3, indexed=3)


def test_a_yellow_cluster_gets_time_and_then_its_writes(stack: SearchStack, caplog: pytest.LogCaptureFixture) -> None:
    add_courses(stack.learn, 1, 3)
    enqueue(stack.learn, [1, 2, 3])
    stack.client.indices.put_settings(index=serving_alias(stack.prefix, "course"), body={"index.number_of_replicas": 1})
    began = time.monotonic()
    with caplog.at_level("WARNING", "include.search.client"):
        assert stack.sync(limits=Limits(yellow_wait_seconds=2)) == SyncResult(considered=3, indexed=3)
    assert time.monotonic() - began >= 1
    assert "search_cluster_yellow" in caplog.text
    began = time.monotonic()
    assert stack.sync(limits=Limits(yellow_wait_seconds=60)) == SyncResult()
    assert time.monotonic() - began < 30, "with nothing to write nothing is waited for"


def test_a_red_index_leaves_the_outbox(bare: SearchStack) -> None:
    """Its primary shard may lie on no node."""
    add_courses(bare.learn, 1, 2)
    enqueue(bare.learn, [1, 2])
    homeless = {"index.routing.allocation.require._name": "nobody"}
    body = {"settings": homeless, "aliases": {serving_alias(bare.prefix, "course"): {}}}
    bare.client.indices.create(index=f"{bare.prefix}_course_red", body=body, params={"wait_for_active_shards": "0"})
    with pytest.raises(SearchUnavailable, match="Primary shards"):
        bare.sync(limits=Limits(yellow_wait_seconds=1))
    assert bare.rows("select count(*) from pipelines.outbox") == [(2,)]


def block(stack: SearchStack, name: str, value: bool | None) -> None:
    """Set or lift a block of the index of courses."""
    index = serving_alias(stack.prefix, "course")
    stack.client.indices.put_settings(index=index, body={f"index.blocks.{name}": value})


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
