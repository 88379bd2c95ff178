"""Whatever the order in which changes, their outbox entries and interrupted syncs come: the index ends as Learn is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.search import bulk, operations
from include.search.bulk import Limits
from tests.support.index_digest import versions
from tests.support.learn_catalog import add_courses, enqueue
from tests.support.search_stack import SearchStack

COURSES = 5
ids = st.integers(1, COURSES)
events = st.one_of(
    st.tuples(st.just("title"), ids, st.integers(0, 2)),  # few titles, so that a document is often what it was before
    st.tuples(st.just("published"), ids, st.booleans()),
    st.tuples(st.just("open"), ids, st.integers(0, 2)),  # a change whose transaction ends later, under a number that was given now
    st.tuples(st.just("commit"), st.just(0), st.just(0)),
    st.tuples(st.just("sync"), st.integers(1, 4), st.just(0)),
    st.tuples(st.just("sent, not recorded"), st.integers(1, 4), st.integers(0, 2)),
    st.tuples(st.just("not sent"), st.integers(1, 4), st.integers(0, 2)),
)


class Killed(Exception):
    """The process would have ended here."""


def title(connection: psycopg.Connection[Any], number: int, value: int) -> None:
    connection.execute("update learning_resources_learningresource set title = %s where id = %s", [f"Title {value}", number])
    enqueue(connection, [number])


def killed_send(after: int, *, sent: bool) -> Callable[..., list[bulk.Answer]]:
    """A ``send`` whose process ends in the request number ``after``: before the server has it, or before the answer is read."""
    done = 0

    def send(*given: Any) -> list[bulk.Answer]:
        nonlocal done
        done += 1
        if done > after:
            if sent:
                bulk.send(*given)
            raise Killed
        return bulk.send(*given)

    return send


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=st.lists(events, min_size=3, max_size=14))
def test_the_index_ends_as_learn_is(stack: SearchStack, history: list[tuple[str, int, Any]]) -> None:
    if not stack.rows("select 1 from learning_resources_learningresource limit 1"):
        add_courses(stack.learn, 1, COURSES)
        enqueue(stack.learn, list(range(1, COURSES + 1)))
    seen: dict[str, int] = versions(stack.client, stack.prefix)
    with stack.another_connection() as late:
        late.autocommit = False
        for kind, number, value in history:
            if kind in ("sync", "sent, not recorded", "not sent"):
                _sync(stack, kind, number, value)
                seen = _no_version_goes_back(stack, seen)
            elif kind == "open":
                late.commit()
                title(late, number, value)
            else:
                late.commit()  # a row that it holds would make us wait
                if kind == "title":
                    title(stack.learn, number, value)
                elif kind == "published":
                    stack.learn.execute("update learning_resources_learningresource set published = %s where id = %s", [value, number])
                    enqueue(stack.learn, [number])
        late.commit()
    stack.sync()
    stack.sync()

    wanted = dict(stack.rows("select id::text, title from learning_resources_learningresource where published"))
    assert {number: each["title"] for number, each in stack.found().items()} == wanted
    assert dict(stack.rows("select resource_id::text, version from pipelines.indexed_document")) == versions(stack.client, stack.prefix)
    assert stack.rows("select count(*) from pipelines.outbox") == [(0,)]


def _sync(stack: SearchStack, kind: str, entries: int, after: int) -> None:
    limits = Limits(batch_entries=entries, first_wait_seconds=0, attempts=4)
    if kind == "sync":
        stack.sync(limits=limits)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "send", killed_send(after, sent=kind != "not sent"))
        try:
            stack.sync(limits=limits)
        except Killed:
            return


def _no_version_goes_back(stack: SearchStack, before: dict[str, int]) -> dict[str, int]:
    now = versions(stack.client, stack.prefix)
    assert all(now[number] >= version for number, version in before.items() if number in now)
    return now
