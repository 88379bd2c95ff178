"""A search server under real pressure, one of the test's own: its write queue is full, its disk is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from opensearchpy import OpenSearch, OpenSearchException

from include.errors import SearchUnavailable
from include.search.bulk import Limits
from include.search.indexes import ensure_indexes
from include.search.ledger import SyncResult
from include.search.names import serving_alias
from tests.support.index_digest import index_digest
from tests.support.learn_catalog import add_courses, enqueue
from tests.support.own_opensearch import own_opensearch
from tests.support.search_stack import SearchStack, search_stack
from tests.support.waiting import wait_for

NARROW = {
    "thread_pool.write.size": "1",
    "thread_pool.write.queue_size": "1",
    "cluster.routing.allocation.disk.threshold_enabled": "true",
    "cluster.info.update.interval": "10s",
}
WATERMARKS = ("low", "high", "flood_stage")
COURSES = 60
PATIENCE_SECONDS = 90
PATIENT = Limits(batch_entries=20, request_documents=5, first_wait_seconds=0, attempts=500)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def narrow(tmp_path: Path, servers: Any) -> Iterator[SearchStack]:
    """Courses that wait in the outbox, and a server that writes one request at a time, lets one wait, and looks at its disk often."""
    with (
        own_opensearch(tmp_path, NARROW) as url,
        search_stack(servers.admin_dsn, servers.postgres_dsn, url) as stack,
    ):
        ensure_indexes(stack.client, stack.prefix, types=("course",))
        add_courses(stack.learn, 1, COURSES)
        enqueue(stack.learn, list(range(1, COURSES + 1)))
        yield stack


def test_what_a_full_write_queue_refuses_is_sent_again(narrow: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[int] = []
    bulk = narrow.client.bulk

    def counted(*given: Any, **options: Any) -> Any:
        answer = bulk(*given, **options)
        refused.extend(item["index"]["_id"] for item in answer["items"] if item["index"]["status"] == 429)
        return answer

    monkeypatch.setattr(narrow.client, "bulk", counted)
    with flood(narrow.client, until=lambda: len(refused) >= 3):
        assert narrow.sync(limits=PATIENT) == SyncResult(considered=COURSES, indexed=COURSES)
    assert len(refused) >= 3
    assert len(narrow.found()) == COURSES
    assert narrow.rows("select count(*) from pipelines.outbox") == [(0,)]


@contextmanager
def flood(client: OpenSearch, until: Callable[[], bool]) -> Iterator[None]:
    """Keep the write queue full from several sides, until it has done its work or the block ends."""
    client.indices.create(index="flood", body={"settings": {"index": {"number_of_replicas": 0}}})
    ended = threading.Event()
    lines = "".join(f'{{"index":{{"_index":"flood"}}}}\n{{"text":"{"much " * 200}{number}"}}\n' for number in range(300))

    def write() -> None:
        while not ended.is_set() and not until():
            client.transport.perform_request("POST", "/_bulk", body=lines)

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    try:
        wait_for("a refused write", lambda: rejections(client) > 0, PATIENCE_SECONDS, passing=OpenSearchException)
        yield
    finally:
        ended.set()
        for writer in writers:
            writer.join()


def rejections(client: OpenSearch) -> int:
    """How many writes the server has refused because its queue was full."""
    [node] = client.nodes.stats(metric="thread_pool")["nodes"].values()
    return int(node["thread_pool"]["write"]["rejected"])


def test_a_disk_beyond_its_watermarks_stops_the_sync_and_nothing_is_lost(narrow: SearchStack, tmp_path: Path) -> None:
    alias = serving_alias(narrow.prefix, "course")
    set_watermarks(narrow.client, f"{psutil.disk_usage(str(tmp_path)).free * 2}b")
    wait_for("the block", lambda: is_blocked(narrow.client, alias), PATIENCE_SECONDS)
    with pytest.raises(SearchUnavailable, match="block") as caught:
        narrow.sync(limits=Limits(first_wait_seconds=0, attempts=2))
    assert "disk" in caught.value.what_to_do
    assert narrow.rows("select count(*) from pipelines.outbox") == [(COURSES,)]
    set_watermarks(narrow.client, None)
    wait_for("the end of the block", lambda: not is_blocked(narrow.client, alias), PATIENCE_SECONDS)
    assert narrow.sync() == SyncResult(considered=COURSES, indexed=COURSES)
    before = index_digest(narrow.client, narrow.prefix)
    assert narrow.sync() == SyncResult()
    assert index_digest(narrow.client, narrow.prefix) == before


def set_watermarks(client: OpenSearch, free: str | None) -> None:
    """So much has to be free on the disk; None: as the server has it by itself."""
    told = {f"cluster.routing.allocation.disk.watermark.{name}": free for name in WATERMARKS}
    client.cluster.put_settings(body={"transient": told})


def is_blocked(client: OpenSearch, alias: str) -> bool:
    """Whether the server itself has closed the index to writes."""
    [index] = client.indices.get_settings(index=alias).values()
    return index["settings"]["index"].get("blocks", {}).get("read_only_allow_delete") == "true"
