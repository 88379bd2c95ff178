"""Every kind of difference between Learn's Postgres and the index is found by reading both, told, and repaired by the next sync."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.errors import BulkRejected
from include.search.indexes import ensure_indexes
from include.search.ledger import SyncResult
from include.search.names import serving_alias
from include.search.reading import read_all
from include.search.reconcile import Reconciling, reconcile_index, report
from tests.support.index_digest import index_digest
from tests.support.learn_catalog import add_channels, add_courses, add_media, add_program, enqueue
from tests.support.rebuilding import rebuild
from tests.support.search_stack import NOW, SearchStack

FOUND = (
    "select kind, resource_type, key, array_to_string(fields, ' ') from pipelines.reconciled_difference order by resource_type, key, kind"
)


@pytest.fixture
def synced(bare: SearchStack) -> SearchStack:
    """Nine courses, a program, one resource of each other type, all in the index."""
    ensure_indexes(bare.client, bare.prefix)
    add_courses(bare.learn, 1, 9)
    add_program(bare.learn, 10, "A program", [1, 2])
    ids = add_media(bare.learn)
    enqueue(bare.learn, [*range(1, 11), *ids.values()])
    bare.sync()
    return bare


def reconcile(stack: SearchStack, *, repair: bool = False, clock: Callable[[], Any] = lambda: NOW) -> list[tuple[Any, ...]]:
    """One reconciliation; what it wrote down."""
    stack.learn.execute("delete from pipelines.reconciled_difference")
    given = Reconciling(stack.learn, stack.client, stack.prefix, "reconcile", clock, "https://learn.mit.edu")
    number = reconcile_index(given, repair=repair)
    found = stack.rows(FOUND)
    assert number == len(found)
    return found


def plant(stack: SearchStack) -> None:
    """One difference of each kind, behind the back of the ledger."""
    client, courses = stack.client, serving_alias(stack.prefix, "course")
    client.delete(index=courses, id="1")
    client.index(index=courses, id="77", body={**stack.found()["2"], "id": 77, "title": "Of nobody"})
    client.index(index=courses, id="copy-of-2", body=stack.found()["2"])
    client.index(index=serving_alias(stack.prefix, "program"), id="3", body=stack.found()["3"])
    client.update(index=courses, id="4", body={"doc": {"title": "Altered", "free": None}})
    for _ in range(40):
        client.update(index=courses, id="5", body={"script": "ctx._source.views = 12345 + ctx._version"})
    # Learn's table moved on and nobody was told, not even by `updated_on`.
    stack.learn.execute("update learning_resources_learningresource set location = 'Boston' where id = 6")
    stack.learn.execute("update learning_resources_learningresourcerun set slug = 'spring' where learning_resource_id = 7")
    stack.learn.execute("update learning_resources_video set duration = 'PT5S'")
    stack.learn.execute("update pipelines.indexed_document set document_hash = 'other' where resource_id = 8")
    client.indices.refresh(index=f"{stack.prefix}_*")


PLANTED = [
    ("missing", "course", "1", ""),
    ("wrong", "course", "4", "free title"),
    ("wrong", "course", "5", "views"),
    ("stale", "course", "6", "location"),
    ("stale", "course", "7", "runs"),
    ("extra", "course", "77", ""),
    ("extra", "course", "copy-of-2", "id"),
    ("extra", "program", "3", "resource_type"),
    ("stale", "video", "13", "video"),
]


def test_nothing_differs_after_a_sync(synced: SearchStack) -> None:
    assert reconcile(synced) == []
    assert report(synced.learn, "reconcile") == "Marts, Postgres and index agree."
    rebuild(synced)
    assert reconcile(synced) == []


def test_every_planted_difference_is_found_and_told(synced: SearchStack) -> None:
    plant(synced)
    assert reconcile(synced) == PLANTED
    told = report(synced.learn, "reconcile").splitlines()
    assert "| index | course | wrong | 2 | 0 |" in told
    assert "| index | course | wrong | 4 | Course 4 | free, title |" in told
    assert "| index | course | extra | 77 | Of nobody |  |" in told
    assert synced.rows("select count(*) from pipelines.outbox") == [(0,)], "without repair nothing is done"


def test_repair_and_one_sync_make_it_whole(synced: SearchStack) -> None:
    plant(synced)
    assert reconcile(synced, repair=True) == PLANTED
    assert reconcile(synced) == [], "what waits in the outbox is no difference"
    result = synced.sync()
    assert (result.indexed, result.deleted) == (6, 1)
    assert reconcile(synced) == []
    before = index_digest(synced.client, synced.prefix)
    rebuild(synced)
    rebuild(synced, "program")
    rebuild(synced, "video")
    assert index_digest(synced.client, synced.prefix) == before, "as if made from nothing"
    assert synced.sync() == SyncResult()


def test_a_whole_index_of_differences_is_compared_page_by_page(synced: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.search.reconcile.BATCH", 2)
    alias = serving_alias(synced.prefix, "course")
    synced.client.delete_by_query(index=alias, body={"query": {"terms": {"id": [2, 3, 4, 9]}}}, refresh=True)
    synced.learn.execute("update learning_resources_learningresource set location = 'Boston' where id in (1, 5, 6, 7)")
    assert reconcile(synced) == [
        *[("stale" if number in (1, 5, 6, 7) else "missing", "course", str(number), "location" if number in (1, 5, 6, 7) else "")
          for number in range(1, 8)],
        ("missing", "course", "9", ""),
    ]  # fmt: skip


def test_an_index_that_is_gone_is_all_missing(synced: SearchStack) -> None:
    synced.client.indices.delete(index=f"{synced.prefix}_podcast_*")
    ensure_indexes(synced.client, synced.prefix, types=["podcast_episode"])
    assert [row[:3] for row in reconcile(synced)] == [("missing", "podcast", "12"), ("missing", "podcast_episode", "11")]


def test_a_refused_document_is_told_apart_and_not_sent_for_ever(synced: SearchStack) -> None:
    synced.learn.execute("update learning_resources_learningresource set completeness = 'Infinity' where id = 2")
    synced.client.delete(index=serving_alias(synced.prefix, "course"), id="2", refresh=True)
    enqueue(synced.learn, [2])
    with pytest.raises(BulkRejected):
        synced.sync()
    assert reconcile(synced, repair=True) == [("refused", "course", "2", "")]
    assert synced.rows("select count(*) from pipelines.outbox") == [(0,)]


def test_the_rank_that_learn_shuffles_daily_is_no_difference(synced: SearchStack) -> None:
    add_channels(synced.learn)
    synced.sync()
    rank = synced.found()["1"]["featured_rank"]
    assert rank == 12
    alias = serving_alias(synced.prefix, "course")
    synced.client.update(index=alias, id="1", body={"doc": {"featured_rank": rank + 0.73}}, refresh=True)
    assert reconcile(synced) == []
    synced.client.update(index=alias, id="1", body={"doc": {"featured_rank": rank - 0.27}}, refresh=True)
    assert reconcile(synced) == [("wrong", "course", "1", "featured_rank")]


def test_reading_gives_each_document_once_whatever_the_page(synced: SearchStack) -> None:
    alias = serving_alias(synced.prefix, "course")
    for number in range(5):
        synced.client.index(index=alias, id=f"twin-{number}", body=synced.found()["2"])
    synced.client.indices.refresh(index=alias)
    everything = {"1", "2", "3", "4", "5", "6", "7", "8", "9", *(f"twin-{number}" for number in range(5))}
    for page in (1, 2, 3, 100):
        read = [found.document_id for found in read_all(synced.client, alias, page)]
        assert sorted(read) == sorted(everything)
