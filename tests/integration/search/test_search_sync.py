"""What a sync of the outbox does to the index, the ledger and the outbox."""

from __future__ import annotations

import dataclasses

import pytest

from include.errors import BulkRejected, SearchError
from include.search.bulk import Limits, Operation, Outcome, send
from include.search.indexes import ensure_indexes
from include.search.ledger import SyncResult
from include.search.names import serving_alias
from tests.support.index_digest import index_digest, versions
from tests.support.learn_catalog import add_courses, add_program, enqueue
from tests.support.search_stack import SearchStack


def test_changed_resources_are_found_and_leave_the_outbox(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 12)
    add_program(stack.learn, 13, "A program", [1, 2])
    enqueue(stack.learn, list(range(1, 14)))
    result = stack.sync(limits=Limits(batch_entries=5))
    assert result == SyncResult(considered=13, indexed=13)
    assert sorted(stack.found(), key=int) == [str(number) for number in range(1, 13)]
    assert stack.found("program")["13"]["program"] == {"course_count": 2, "program_count": 0}
    assert stack.rows("select count(*) from pipelines.outbox") == [(0,)]
    assert stack.rows("select count(*), max(version) from pipelines.indexed_document") == [(13, 13)]
    assert stack.rows("select finished_at is not null, indexed from pipelines.sync_run") == [(True, 13)]


def test_an_unchanged_resource_is_not_sent(stack: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    add_courses(stack.learn, 1, 3)
    enqueue(stack.learn, [1, 2, 3])
    stack.sync()
    before = versions(stack.client, stack.prefix)
    sent = []
    monkeypatch.setattr(stack.client, "bulk", lambda *_, **call: sent.append(call))
    enqueue(stack.learn, [1, 2, 3])
    assert stack.sync() == SyncResult(considered=3, unchanged=3)
    assert stack.sync() == SyncResult()
    assert sent == []
    assert versions(stack.client, stack.prefix) == before
    assert stack.rows("select count(*) from pipelines.outbox") == [(0,)]


def test_only_the_changed_document_gets_a_new_version(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 5)
    enqueue(stack.learn, [1, 2, 3, 4, 5])
    stack.sync()
    before = versions(stack.client, stack.prefix)
    stack.learn.execute("update learning_resources_learningresource set title = 'Renamed' where id = 3")
    enqueue(stack.learn, [1, 2, 3, 4, 5])
    assert stack.sync() == SyncResult(considered=5, indexed=1, unchanged=4)
    assert stack.found()["3"]["title"] == "Renamed"
    after = versions(stack.client, stack.prefix)
    assert {number for number in after if after[number] != before[number]} == {"3"}


def test_unpublished_and_deleted_resources_leave_the_index(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 3)
    enqueue(stack.learn, [1, 2, 3])
    stack.sync()
    stack.learn.execute("update learning_resources_learningresource set published = false where id = 2")
    enqueue(stack.learn, [2, 999])
    assert stack.sync() == SyncResult(considered=2, deleted=1, unchanged=1)
    assert set(stack.found()) == {"1", "3"}
    assert stack.rows("select resource_id from pipelines.indexed_document order by 1") == [(1,), (3,)]
    stack.learn.execute("update learning_resources_learningresource set published = true where id = 2")
    enqueue(stack.learn, [2])
    assert stack.sync().indexed == 1
    assert set(stack.found()) == {"1", "2", "3"}


def test_several_entries_of_a_resource_are_one_write_with_the_latest_version(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 2)
    enqueue(stack.learn, [1, 2, 1, 1])
    assert stack.sync() == SyncResult(considered=2, indexed=2)
    assert versions(stack.client, stack.prefix) == {"1": 4, "2": 2}


def test_a_late_write_cannot_undo_a_newer_one(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 1)
    enqueue(stack.learn, [1, 1, 1])
    stack.sync()
    alias = serving_alias(stack.prefix, "course")
    late = Operation(alias, 1, "course", version=2, text='{"resource_type":"course","title":"Old"}', digest=b"old")
    (answer,) = send(stack.client, [late], Limits())
    assert (answer.outcome, answer.newer_version) == (Outcome.NEWER_THERE, 3)
    (answer,) = send(stack.client, [dataclasses.replace(late, text=None, digest=None)], Limits())
    assert answer.outcome is Outcome.NEWER_THERE
    assert stack.found()["1"]["title"] == "Course 1"


def test_an_entry_that_comes_during_the_sync_waits_for_the_next(stack: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    add_courses(stack.learn, 1, 4)
    enqueue(stack.learn, [1, 2])
    bulk = stack.client.bulk

    def bulk_and_enqueue(**call):
        with stack.another_connection() as delivery:
            enqueue(delivery, [3])
        return bulk(**call)

    monkeypatch.setattr(stack.client, "bulk", bulk_and_enqueue)
    assert stack.sync().indexed == 2
    monkeypatch.undo()
    assert stack.rows("select resource_id from pipelines.outbox") == [(3,)]
    assert stack.sync().indexed == 1


def test_a_document_that_the_mapping_refuses_is_put_aside_and_the_others_go_on(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 3)
    stack.learn.execute("update learning_resources_learningresource set min_weeks = 1, completeness = 'Infinity' where id = 2")
    enqueue(stack.learn, [1, 2, 3])
    with pytest.raises(BulkRejected, match="1 documents do not fit") as caught:
        stack.sync()
    assert "completeness" in str(caught.value)
    assert set(stack.found()) == {"1", "3"}
    ((resource_id, reason, sample),) = stack.rows("select resource_id, reason, sample from pipelines.rejected_document")
    assert resource_id == 2
    assert "completeness" in reason
    assert sample.startswith('{"resource_relations"')
    assert stack.rows("select count(*) from pipelines.outbox") == [(0,)]
    assert stack.sync() == SyncResult(), "a rejected document is not tried for ever"
    stack.learn.execute("update learning_resources_learningresource set completeness = 1 where id = 2")
    assert stack.sync(retry_rejected=True) == SyncResult(considered=1, indexed=1, reenqueued=1)
    assert set(stack.found()) == {"1", "2", "3"}
    assert stack.rows("select * from pipelines.rejected_document") == []


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("update learning_resources_learningresourcerun set pace = '{weekly}' where id = 3", "pace weekly"),
        ("update learning_resources_learningresource set resource_type = 'essay' where id = 2", "no index for resource type"),
        ("update learning_resources_learningresource set full_description = repeat('x', 70000) where id = 2", "larger than"),
    ],
)
def test_a_document_that_cannot_be_sent_is_put_aside(stack: SearchStack, damage: str, reason: str) -> None:
    add_courses(stack.learn, 1, 3)
    stack.learn.execute(damage.encode())
    enqueue(stack.learn, [1, 2, 3])
    with pytest.raises(BulkRejected, match=reason):
        stack.sync(limits=Limits(request_bytes=65536))
    assert set(stack.found()) == {"1", "3"}


def test_a_second_sync_waits_its_turn_and_says_so(stack: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.search.ledger.LOCK_TIMEOUT_SECONDS", 1)
    with stack.another_connection() as other:
        other.execute("select pg_advisory_lock(hashtext('pipelines.sync_search_index'))")
        with pytest.raises(SearchError, match="Another sync"):
            stack.sync()
    assert stack.sync() == SyncResult()


def test_a_missing_alias_is_an_error_and_makes_no_index(bare: SearchStack) -> None:
    add_courses(bare.learn, 1, 1)
    enqueue(bare.learn, [1])
    with pytest.raises(SearchError, match="ensure_indexes"):
        bare.sync()
    assert not bare.client.indices.exists(index=f"{bare.prefix}_*", allow_no_indices=False)
    assert bare.rows("select count(*) from pipelines.outbox") == [(1,)]


def test_a_lost_index_is_filled_again(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 4)
    add_program(stack.learn, 5, "A program", [1])
    enqueue(stack.learn, [1, 2, 3, 4, 5])
    stack.sync()
    undisturbed = index_digest(stack.client, stack.prefix)
    stack.client.indices.delete(index=f"{stack.prefix}_course_*")
    ensure_indexes(stack.client, stack.prefix, types=["course"])
    assert stack.sync() == SyncResult(considered=4, indexed=4, reenqueued=4)
    assert index_digest(stack.client, stack.prefix) == undisturbed
    assert stack.rows("select reenqueued from pipelines.sync_run order by sync_run_id") == [(0,), (4,)]
    stack.client.delete(index=serving_alias(stack.prefix, "course"), id="2", refresh=True)
    assert stack.sync().reenqueued == 4
    assert index_digest(stack.client, stack.prefix) == undisturbed


def test_an_index_of_another_database_is_noticed(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 1)
    alias = serving_alias(stack.prefix, "course")
    foreign = Operation(alias, 1, "course", version=500, text='{"resource_type":"course"}', digest=b"x")
    send(stack.client, [foreign], Limits())
    enqueue(stack.learn, [1])
    with pytest.raises(SearchError, match="do not belong together"):
        stack.sync()
    assert stack.rows("select count(*) from pipelines.outbox") == [(1,)]
