"""Blue/green rebuild: readers see nothing of it, writes are not lost, a kill costs nothing, an unfit index never serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from include.errors import SearchError, SearchUnavailable, VerificationFailed
from include.search import rebuild as steps
from include.search.bulk import Limits, Operation, send
from include.search.candidate import index_behind
from include.search.client import SearchSettings, make_client
from include.search.indexes import ensure_indexes
from include.search.ledger import SyncResult
from include.search.names import global_alias, rebuilding_alias, serving_alias
from include.search.pace import Pace
from include.search.rebuild import bring_back, load_candidate, remove_former, swap_alias
from tests.support.busy_server import busy_server
from tests.support.index_digest import index_digest, versions
from tests.support.learn_catalog import add_courses, add_media, enqueue
from tests.support.rebuilding import reading, rebuild, rebuilding, roll_back
from tests.support.search_stack import SearchStack

REPOSITORY = Path(__file__).resolve().parents[3]
HELD = "select resource_id, document_hash, version from pipelines.indexed_document order by 1"
STATES = "select state from pipelines.physical_index where index_type = 'course' order by state"


def filled(stack: SearchStack, courses: int) -> SearchStack:
    """That many courses in Learn and in the index."""
    add_courses(stack.learn, 1, courses)
    enqueue(stack.learn, list(range(1, courses + 1)))
    stack.sync()
    return stack


def change(stack: SearchStack, what: str, ids: list[int]) -> None:
    """What delivery does: rows and outbox in one transaction."""
    with stack.learn.transaction():
        stack.learn.execute(f"update learning_resources_learningresource set {what} where id = any(%s)".encode(), [ids])
        enqueue(stack.learn, ids)


def serving(stack: SearchStack) -> str | None:
    return index_behind(stack.client, serving_alias(stack.prefix, "course"))


def test_the_new_index_takes_over_with_the_same_documents(stack: SearchStack) -> None:
    filled(stack, 30)
    before, held, former = index_digest(stack.client, stack.prefix), stack.rows(HELD), serving(stack)
    swapped = rebuild(stack)
    assert (swapped.former, swapped.index) == (former, serving(stack))
    assert swapped.verified
    assert (swapped.verified.documents, swapped.verified.sampled) == (30, 30)
    assert index_digest(stack.client, stack.prefix) == before
    assert stack.rows(HELD) == held
    ((name, facts),) = stack.client.indices.get(index=serving_alias(stack.prefix, "course")).items()
    assert name == swapped.index
    assert set(facts["aliases"]) == {serving_alias(stack.prefix, "course"), global_alias(stack.prefix)}
    assert facts["settings"]["index"]["refresh_interval"] == "60s"
    enqueue(stack.learn, list(range(1, 31)))
    assert stack.sync() == SyncResult(considered=30, unchanged=30), "the ledger knows what the new index holds"
    change(stack, "title = 'Renamed'", [4])
    assert stack.sync().indexed == 1
    assert stack.found()["4"]["title"] == "Renamed"
    ensure_indexes(stack.client, stack.prefix, types=["course", "program"])


def test_writes_at_any_moment_of_the_rebuild_are_in_the_new_index(
    stack: SearchStack, servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(stack, 30)
    # Synced before the load reads it, after it, and never.
    others = iter(range(1, 100))
    bulk = stack.client.bulk

    def bulk_while_delivery_and_sync_go_on(**call: Any) -> Any:
        moment = next(others)
        with stack.another_connection() as connection:
            beside = SearchStack(stack.dsn, connection, make_client(SearchSettings(url=servers.opensearch_url)), stack.prefix)
            if moment == 1:
                change(beside, "title = 'Synced while loading'", [1, 29])
                change(beside, "published = false", [2, 28])
                beside.sync()
            if moment == 2:
                change(beside, "title = 'Not synced yet'", [3, 27])
                change(beside, "published = false", [4, 26])
        return bulk(**call)

    monkeypatch.setattr(stack.client, "bulk", bulk_while_delivery_and_sync_go_on)
    given = rebuilding(stack, limits=Limits(batch_entries=5, first_wait_seconds=0))
    load_candidate(given)
    change(stack, "title = 'After the load'", [5, 25])
    add_courses(stack.learn, 31, 32)
    enqueue(stack.learn, [31])
    swap_alias(given)
    monkeypatch.undo()
    found = stack.found()
    assert set(found) == {str(number) for number in range(1, 33) if number not in (2, 28, 4, 26)}
    titles = {number: found[number]["title"] for number in ("1", "29", "3", "27", "5", "25")}
    assert titles == dict(zip(titles, ["Synced while loading"] * 2 + ["Not synced yet"] * 2 + ["After the load"] * 2, strict=True))
    assert stack.sync().indexed == 0, "what the outbox still names is there already"
    assert stack.rows("select count(*) from pipelines.outbox") == [(0,)]
    held = {str(number): version for number, _, version in stack.rows(HELD)}
    assert set(held) == set(found)
    written = versions(stack.client, stack.prefix)
    assert all(written[number] <= held[number] for number in held), "no write of the future is refused as late"


def test_a_reader_never_sees_fewer_than_the_smaller_of_both_states(stack: SearchStack, servers: Any) -> None:
    filled(stack, 400)
    stop = threading.Event()
    add_courses(stack.learn, 401, 440)

    def deliver_and_sync() -> None:
        with stack.another_connection() as connection:
            writer = SearchStack(stack.dsn, connection, make_client(SearchSettings(url=servers.opensearch_url)), stack.prefix)
            number = 400
            while not stop.is_set():
                number = number % 440 + 1
                change(writer, "title = title || '!'", [number, number % 400 + 1])
                writer.sync()

    thread = threading.Thread(target=deliver_and_sync)
    thread.start()
    try:
        with reading(servers.opensearch_url, serving_alias(stack.prefix, "course")) as reader:
            for _ in range(3):
                rebuild(stack, limits=Limits(batch_entries=50, first_wait_seconds=0))
    finally:
        stop.set()
        thread.join()
    assert reader.errors == []
    assert len(reader.counts) > 20
    assert min(count for _, count in reader.counts) >= 400
    stack.sync()
    assert len(stack.found()) == 440
    # The index that all those writes and three swaps left behind is the one that a single undisturbed rebuild makes.
    disturbed = index_digest(stack.client, stack.prefix)
    rebuild(stack)
    assert index_digest(stack.client, stack.prefix) == disturbed


LOAD_IN_A_PROCESS = """
import sys, psycopg
from datetime import UTC, datetime
from include.search.bulk import Limits
from include.search.client import SearchSettings, make_client
from include.search.rebuild import Rebuilding, load_candidate, swap_alias

dsn, url, prefix = sys.argv[1:]
with psycopg.connect(dsn) as connection:
    given = Rebuilding(connection, make_client(SearchSettings(url=url)), prefix, "course", "killed", lambda: datetime.now(UTC),
                       limits=Limits(batch_entries=10, request_documents=5))
    load_candidate(given)
    swap_alias(given)
"""


@pytest.mark.parametrize("loaded", [0, 10, 60, 120])
def test_a_killed_rebuild_goes_on_where_it_was(stack: SearchStack, servers: Any, loaded: int) -> None:
    filled(stack, 120)
    undisturbed = index_digest(stack.client, stack.prefix)
    child = subprocess.Popen(
        [sys.executable, "-c", LOAD_IN_A_PROCESS, stack.dsn, servers.opensearch_url, stack.prefix],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    at_least = "select count(*) from pipelines.physical_index where run_key = 'killed' and loaded >= %s"
    while child.poll() is None:
        if stack.learn.execute(at_least.encode(), [loaded]).fetchall() == [(1,)]:
            child.send_signal(signal.SIGKILL)
    child.wait()
    before = stack.rows("select index_name, position from pipelines.physical_index where state in ('loading', 'loaded')")
    swapped = rebuild(stack)
    if before:
        ((candidate, position),) = before
        assert swapped.index == candidate or not loaded, "no index is left over"
        assert position >= loaded
        assert stack.rows("select loaded from pipelines.physical_index where state = 'serving'") == [(120,)]
    assert index_digest(stack.client, stack.prefix) == undisturbed
    assert stack.sync() == SyncResult()


@pytest.mark.parametrize("step", ["physical.swap", "rebuild_ledger.finish_swap"])
def test_killed_around_the_swap_the_next_try_finishes_it(stack: SearchStack, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    filled(stack, 10)
    given = rebuilding(stack)
    load_candidate(given)
    change(stack, "title = 'Pending'", [1, 2])

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        module, name = step.split(".")
        patched.setattr(getattr(steps, module), name, killed)
        with pytest.raises(KeyboardInterrupt):
            swap_alias(given)
    change(stack, "title = 'Course ' || id", [1])
    stack.sync()
    assert (stack.found()["1"]["title"], stack.found()["2"]["title"]) == ("Course 1", "Pending")
    swap_alias(given)
    assert swap_alias(given) is None
    assert (stack.found()["1"]["title"], stack.found()["2"]["title"]) == ("Course 1", "Pending")
    assert stack.rows(STATES) == [("retired",), ("serving",)]
    enqueue(stack.learn, list(range(1, 11)))
    assert stack.sync() == SyncResult(considered=10, unchanged=10)


def test_a_candidate_whose_request_came_through_late_is_not_made_twice(stack: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attempt was killed when it had asked for the index, and the next one looked before the server had made it."""
    filled(stack, 4)
    make_later = stack.client.indices.create
    asked: list[dict[str, Any]] = []

    def killed(**request: Any) -> None:
        asked.append(request)
        raise SearchUnavailable("killed")

    monkeypatch.setattr(stack.client.indices, "create", killed)
    with pytest.raises(SearchUnavailable, match="killed"):
        load_candidate(rebuilding(stack))

    def overtaken(**request: Any) -> None:
        make_later(**asked[0])
        make_later(**request)

    monkeypatch.setattr(stack.client.indices, "create", overtaken)
    load_candidate(rebuilding(stack))
    swapped = swap_alias(rebuilding(stack))
    assert swapped
    assert swapped.index == asked[0]["index"] == serving(stack)
    assert index_behind(stack.client, rebuilding_alias(stack.prefix, "course")) is None


def test_two_former_indexes_are_kept_and_any_of_them_can_serve_again(stack: SearchStack) -> None:
    filled(stack, 6)
    made = [serving(stack)]
    for number in range(1, 4):
        change(stack, f"title = 'State {number}'", [1, number])
        made.append(rebuild(stack).index)
    assert [stack.client.indices.exists(index=index) for index in made] == [False, True, True, True]
    stack.sync()
    change(stack, "title = 'Later'", [5])
    change(stack, "published = false", [6])
    stack.sync()
    change(stack, "title = 'Not synced'", [4])
    now = index_digest(stack.client, stack.prefix)
    back = roll_back(stack)
    assert (back.index, back.former, serving(stack)) == (made[2], made[3], made[2])
    found = {number: document["title"] for number, document in stack.found().items()}
    assert found == {"1": "State 3", "2": "State 2", "3": "State 3", "4": "Not synced", "5": "Later"}
    assert stack.sync() == SyncResult(considered=1, unchanged=1)
    assert index_digest(stack.client, stack.prefix) != now
    roll_back(stack)
    assert serving(stack) == made[3], "and forth again"
    assert stack.sync() == SyncResult()
    assert {number: document["title"] for number, document in stack.found().items()} == found


def test_a_rollback_needs_a_former_index(stack: SearchStack) -> None:
    filled(stack, 2)
    before = serving(stack)
    with pytest.raises(SearchError, match="no former index"):
        bring_back(rebuilding(stack))
    assert serving(stack) == before


def test_an_interrupted_rollback_goes_on_and_a_rebuild_leaves_it_alone(stack: SearchStack, servers: Any) -> None:
    filled(stack, 5)
    first = serving(stack)
    rebuild(stack)
    change(stack, "title = 'Later'", [5])
    stack.sync()
    for _ in range(2):
        with busy_server(servers.opensearch_url, refusals=99) as stub, pytest.raises(SearchUnavailable):
            bring_back(rebuilding(stack, client=make_client(SearchSettings(url=stub.url))))
    third = rebuild(stack)
    assert stack.client.indices.exists(index=first)
    assert serving(stack) == third.index
    assert stack.rows(STATES).count(("retired",)) == 2


def test_an_unfit_index_does_not_serve(stack: SearchStack) -> None:
    filled(stack, 8)
    before = serving(stack)
    given = rebuilding(stack)
    candidate = load_candidate(given).index
    alias = rebuilding_alias(stack.prefix, "course")

    send(stack.client, [Operation(alias, 3, "course", 10**6)], Limits())
    with pytest.raises(VerificationFailed, match="holds 7 resources, its ledger says 8"):
        swap_alias(given)
    wrong = {**stack.found()["3"], "title": "Altered"}
    stack.client.index(index=candidate, id="3", body=wrong)
    with pytest.raises(VerificationFailed, match="document 3 differs from Learn's Postgres in title"):
        swap_alias(given)
    load_candidate(given, restart=True)
    stack.client.indices.put_mapping(index=alias, body={"properties": {"title": {"type": "text", "fields": {"more": {"type": "keyword"}}}}})
    stack.client.indices.put_mapping(index=alias, body={"properties": {"title": {"type": "text", "boost": 2.0}}})
    with pytest.raises(VerificationFailed, match="title"):
        swap_alias(given)
    assert serving(stack) == before
    assert stack.client.indices.exists(index=candidate) is False
    load_candidate(given, restart=True)
    assert swap_alias(given)
    assert serving(stack) != before


def test_an_index_that_refuses_what_is_served_does_not_take_over(stack: SearchStack) -> None:
    filled(stack, 4)
    before = serving(stack)
    stack.learn.execute("update learning_resources_learningresource set completeness = 'Infinity' where id = 2")
    given = rebuilding(stack)
    load_candidate(given)
    with pytest.raises(VerificationFailed, match=r"refused 1 documents that are served now: mapper_parsing_exception.*completeness"):
        swap_alias(given)
    assert serving(stack) == before
    stack.learn.execute("update learning_resources_learningresource set completeness = 1 where id = 2")
    assert swap_alias(given)
    assert len(stack.found()) == 4
    assert stack.rows("select count(*) from pipelines.rejected_document") == [(0,)]


def test_what_learn_keeps_in_the_index_is_carried_over(stack: SearchStack) -> None:
    filled(stack, 3)
    client, alias = stack.client, serving_alias(stack.prefix, "course")
    for number in (1, 2, 3):
        _add_file(client, alias, number)
    client.index(index=alias, id="cf_1", routing="1", refresh=True, body={**_file(1), "title": "Second edition"})
    given = rebuilding(stack)
    load_candidate(given)
    # Learn writes to both while a candidate is there; a removal that reached only the old index is noticed by the count.
    candidate = rebuilding_alias(stack.prefix, "course")
    for name in (alias, candidate):
        _add_file(client, name, 4, parent=3)
    client.delete(index=alias, id="cf_2", routing="2", refresh=True)
    swapped = swap_alias(given)
    assert swapped
    assert swapped.verified
    assert swapped.verified.others == 3
    assert set(stack.found()) == {"1", "2", "3", "cf_1", "cf_3", "cf_4"}
    by_file = {"has_child": {"type": "content_file", "query": {"match": {"title": "edition"}}}}
    hits = client.search(index=alias, body={"query": by_file})["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["1"], "a file is found with its course: it lies in the same shard"
    client.index(index=alias, id="cf_3", routing="3", refresh=True, body={**_file(3), "title": "After the rebuild"})
    roll_back(stack)
    assert stack.found()["cf_3"]["title"] == "After the rebuild"
    assert "cf_2" not in stack.found()


def test_learns_own_rebuild_is_not_disturbed(stack: SearchStack) -> None:
    filled(stack, 2)
    theirs = f"{stack.prefix}_course_{'0' * 32}"
    stack.client.indices.create(index=theirs, body={"aliases": {rebuilding_alias(stack.prefix, "course"): {}}})
    with pytest.raises(SearchError, match="Another rebuild"):
        load_candidate(rebuilding(stack))
    assert stack.client.indices.exists(index=theirs)
    stack.client.indices.delete(index=theirs)
    rebuild(stack)


def test_every_other_type_is_rebuilt_as_well(media_stack: SearchStack) -> None:
    stack = media_stack
    add_courses(stack.learn, 1, 1)
    ids = add_media(stack.learn)
    enqueue(stack.learn, list(ids.values()))
    stack.sync()
    before = index_digest(stack.client, stack.prefix)
    for index_type in ids:
        rebuild(stack, index_type)
    assert index_digest(stack.client, stack.prefix) == before


def test_the_first_index_of_a_type_can_come_from_a_rebuild(bare: SearchStack) -> None:
    add_courses(bare.learn, 1, 3)
    swapped = rebuild(bare)
    assert swapped.former is None
    assert set(bare.found()) == {"1", "2", "3"}
    remove_former(rebuilding(bare))


def test_the_throttle_keeps_to_documents_per_second(stack: SearchStack) -> None:
    filled(stack, 20)
    waited: list[float] = []
    pace = Pace(100, clock=lambda: sum(waited), sleep=waited.append)
    load_candidate(rebuilding(stack, pace=pace, limits=Limits(batch_entries=5)))
    assert sum(waited) == pytest.approx(20 / 100)


def _file(number: int, parent: int | None = None) -> dict[str, Any]:
    join = {"name": "content_file", "parent": parent or number}
    return {"id": number, "title": f"File {number}", "content_type": "file", "resource_relations": join}


def _add_file(client: Any, index: str, number: int, parent: int | None = None) -> None:
    """As Learn's own tasks do: routed to the shard of the course."""
    client.index(index=index, id=f"cf_{number}", routing=str(parent or number), refresh=True, body=_file(number, parent))
