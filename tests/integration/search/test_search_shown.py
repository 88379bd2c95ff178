"""What others change in Learn reaches the documents that show it, and no more documents than that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from include.search import shown
from include.search.indexes import ensure_indexes
from include.search.ledger import SyncResult
from tests.support.index_digest import versions
from tests.support.learn_catalog import add_channels, add_courses, add_media, add_program, enqueue
from tests.support.search_stack import SearchStack, search_stack

RESOURCE = "update learning_resources_learningresource set updated_on = updated_on + interval '1 second',"
COURSES = {"1", "2", "3"}
LECTURE = {"13"}
"""A video whose file is of course 1, so that it shows the topics and departments of course 1."""
ALL = {*COURSES, "4", "11", "12", *LECTURE, "14", "15"}
FEATURED = "relation_type = 'LEARNING_PATH_ITEMS' and parent_id = 4"


@pytest.fixture(scope="module")
def catalogue(servers: Any) -> Iterator[SearchStack]:
    """Courses, a program and one resource of each other type, in the index; each test changes something and leaves it so."""
    with search_stack(servers.admin_dsn, servers.postgres_dsn, servers.opensearch_url) as stack:
        ensure_indexes(stack.client, stack.prefix)
        add_courses(stack.learn, 1, 3)
        add_program(stack.learn, 4, "Stands for a featured list", [1])
        add_channels(stack.learn)
        ids = add_media(stack.learn)
        enqueue(stack.learn, [1, 2, 3, 4, *ids.values()])
        stack.sync()
        yield stack


def changed_by(stack: SearchStack, statement: str) -> set[str]:
    """Which documents the next sync writes or removes after a change that nobody tells it."""
    stack.sync()
    before = versions(stack.client, stack.prefix)
    stack.learn.execute(statement.encode())
    stack.sync()
    after = versions(stack.client, stack.prefix)
    assert stack.sync() == SyncResult(), "noticed once"
    return {number for number in before.keys() | after.keys() if before.get(number) != after.get(number)}


@pytest.mark.parametrize(
    ("statement", "documents"),
    [
        ("update learning_resources_learningresourcetopic set name = 'Robots' where id = 2", COURSES | LECTURE),
        ("update channels_channel set published = false where name = 'robotics'", COURSES | LECTURE),
        ("update channels_channel set name = 'robots', published = true where name = 'robotics'", COURSES | LECTURE),
        ("update channels_channel set published = false where channel_type = 'department'", COURSES | LECTURE),
        ("update channels_channel set published = false where channel_type = 'unit'", ALL),
        ("update learning_resources_learningresourcedepartment set name = 'EECS' where department_id = '6'", COURSES | LECTURE),
        ("update learning_resources_learningresourceschool set url = 'https://se.mit.edu/'", COURSES | LECTURE),
        ("update learning_resources_learningresourceofferor set name = 'MIT x' where code = 'mitx'", ALL),
        ("update learning_resources_learningresourceofferor set display_facet = false where code = 'mitx'", ALL),
        ("update learning_resources_learningresourceofferor set display_facet = true where code = 'ocw'", set()),
        ("update learning_resources_learningresourceplatform set name = 'MITxO' where code = 'mitxonline'", ALL),
        ("update learning_resources_learningresourcecontenttag set name = 'Videos' where id = 1", COURSES | LECTURE),
        ("update learning_resources_learningresourceinstructor set last_name = 'King' where id = 1", COURSES),
        ("update learning_resources_learningresourceimage set alt = 'Two robots'", ALL),
        ("update learning_resources_videochannel set title = 'Renamed'", {"14"}),
        (f"update learning_resources_learningresourcerelationship set position = 1 where {FEATURED}", {"1"}),
        (f"update learning_resources_learningresourcerelationship set child_id = 2 where {FEATURED}", {"1", "2"}),
        (f"delete from learning_resources_learningresourcerelationship where {FEATURED}", {"2"}),
        (f"{RESOURCE} title = 'Retitled' where id = 1", {"1", "4", "14"}),
        (f"{RESOURCE} title = 'Retitled' where id = 2", {"2"}),
        (f"{RESOURCE} title = 'Retitled' where id = 12", {"11", "12"}),
        (f"{RESOURCE} view_count = 77 where id = 3", {"3"}),
        (f"{RESOURCE} published = false where id = 11", {"11", "12"}),
        (f"{RESOURCE} published = true where id = 11", {"11", "12"}),
        ("update learning_resources_learningresource set offered_by_id = null where id = 3", {"3"}),
        (
            "update learning_resources_contentfile set summary = 'Long', updated_on = updated_on + interval '1 second' where key = 'notes'",
            {"15"},
        ),
        ("delete from learning_resources_contentfile where key = 'notes'", {"15"}),
        (
            "delete from learning_resources_learningresource_topics where learningresourcetopic_id = 2;"
            "delete from learning_resources_learningresourcetopic where id = 2",
            COURSES | LECTURE,
        ),
    ],
)
def test_a_change_reaches_the_documents_that_show_it(catalogue: SearchStack, statement: str, documents: set[str]) -> None:
    assert changed_by(catalogue, statement) == documents


def test_what_documents_do_not_show_is_not_noticed(catalogue: SearchStack) -> None:
    catalogue.sync()
    catalogue.learn.execute("update learning_resources_learningresourcetopic set updated_on = now()")
    catalogue.learn.execute("update learning_resources_learningresourceofferor set value_prop = 'All', updated_on = now()")
    assert catalogue.sync() == SyncResult()


def test_a_resource_that_waits_already_is_not_put_in_twice(catalogue: SearchStack) -> None:
    catalogue.sync()
    catalogue.learn.execute("update learning_resources_learningresourceinstructor set last_name = 'Byron' where id = 1")
    enqueue(catalogue.learn, [1, 2])
    result = catalogue.sync()
    assert (result.noticed, result.considered, result.indexed) == (1, 3, 3)
    assert catalogue.rows("select noticed from pipelines.sync_run order by sync_run_id desc limit 1") == [(1,)]


def test_another_version_of_the_documents_considers_them_all_and_sends_what_differs(
    catalogue: SearchStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.sync()
    monkeypatch.setattr(shown, "rules", lambda _: 1)
    result = catalogue.sync()
    assert (result.noticed, result.considered, result.indexed) == (9, 9, 0)
    monkeypatch.undo()


def test_a_killed_sync_forgets_nothing(catalogue: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.sync()
    catalogue.learn.execute("update learning_resources_learningresourceplatform set name = 'Renamed again' where code = 'mitxonline'")

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(catalogue.client, "bulk", killed)
        with pytest.raises(KeyboardInterrupt):
            catalogue.sync()
    assert catalogue.sync().indexed == 9
    assert catalogue.found()["1"]["platform"]["name"] == "Renamed again"


def test_a_resource_that_learn_deleted_leaves_the_index(catalogue: SearchStack) -> None:
    catalogue.sync()
    with catalogue.learn.transaction():
        catalogue.learn.execute("set local session_replication_role = replica")
        catalogue.learn.execute("delete from learning_resources_learningresource where id = 3")
    catalogue.sync()
    assert set(catalogue.found()) == {"1", "2"}
