"""Parts of documents that depend on tables which a Learn database may lack, and on the rights of the search role."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from include.search.ledger import ensure_schema
from include.search.names import serving_alias
from include.search.reconcile import Reconciling, reconcile_index
from tests.support.learn_catalog import add_channels, add_courses, add_media, add_program, enqueue
from tests.support.rebuilding import rebuild
from tests.support.search_stack import NOW, SearchStack


def test_published_channels_give_addresses_and_featured_lists_give_ranks(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 2)
    add_program(stack.learn, 4, "Stands for a featured list", [1])
    add_channels(stack.learn)
    enqueue(stack.learn, [1, 2])
    stack.sync(app_base_url="https://learn.example.org/")
    found = stack.found()
    topics = {topic["name"]: topic["channel_url"] for topic in found["1"]["topics"]}
    assert topics == {"Engineering": None, "Robotics": "https://learn.example.org/c/topic/robotics"}
    assert found["1"]["departments"][0]["channel_url"] == "https://learn.example.org/c/department/eecs"
    assert found["1"]["offered_by"]["channel_url"] == "https://learn.example.org/c/unit/mitx"
    assert (found["1"]["featured_rank"], found["2"]["featured_rank"]) == (3, None)
    enqueue(stack.learn, [1, 2])
    assert stack.sync(app_base_url="https://learn.example.org").unchanged == 2, "a featured resource has the same document each time"


def test_views_are_counted_until_learn_has_counted_them(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 2)
    stack.learn.execute(
        """
        insert into learning_resources_learningresourceviewevent (created_on, updated_on, event_date, learning_resource_id)
        select now(), now(), now(), id from generate_series(1, 2) as id, generate_series(1, 3)
        """
    )
    stack.learn.execute("update learning_resources_learningresource set view_count = 40 where id = 2")
    enqueue(stack.learn, [1, 2])
    stack.sync()
    found = stack.found()
    assert (found["1"]["views"], found["2"]["views"]) == (3, 40)


@pytest.mark.parametrize("description", [None, "", " \n\t "])
def test_a_blank_description_is_null(stack: SearchStack, description: str | None) -> None:
    add_courses(stack.learn, 1, 1)
    stack.learn.execute("update learning_resources_learningresource set description = %s", [description])
    enqueue(stack.learn, [1])
    stack.sync()
    assert stack.found()["1"]["description"] is None


@pytest.mark.parametrize("text", ["line\nbreak\r\n\u2028", 'quote " and \\ backslash', "\u00e9\U0001f600\u200b", "\x01\x1f\x7f"])
def test_any_text_arrives_as_it_is(stack: SearchStack, text: str) -> None:
    add_courses(stack.learn, 1, 1)
    stack.learn.execute("update learning_resources_learningresource set full_description = %s", [text])
    enqueue(stack.learn, [1])
    stack.sync()
    assert stack.found()["1"]["full_description"] == text


def test_media_say_what_they_are_part_of(media_stack: SearchStack) -> None:
    stack = media_stack
    add_courses(stack.learn, 1, 1)
    ids = add_media(stack.learn)
    enqueue(stack.learn, list(ids.values()))
    assert stack.sync().indexed == len(ids)
    found = {kind: stack.found(kind)[str(number)] for kind, number in ids.items()}
    podcast = {"id": ids["podcast"], "title": "A podcast", "readable_id": found["podcast"]["readable_id"]}
    assert found["podcast_episode"]["podcast_episode"]["parent_podcasts"] == [podcast]
    assert found["podcast"]["podcast"]["episode_count"] == 1
    assert found["video"]["playlists"] == [ids["video_playlist"]]
    assert (found["video"]["video"]["cover_image_url"], found["video"]["video"]["transcript"]) == (None, "Today: robots.")
    assert found["video"]["description"] == "About robots", "a video without a description has that of its file"
    playlist = found["video_playlist"]["video_playlist"]
    assert (playlist["video_count"], playlist["parent_learning_resource_id"], playlist["parent_course_numbers"]) == (1, 1, ["6.1"])
    (lecture,) = found["video"]["content_files"]
    assert (lecture["resource_id"], lecture["run_readable_id"], lecture["content_feature_type"]) == (
        "1",
        "course-v1:MITxT+1+1T2024",
        ["Lecture Videos"],
    )
    (notes,) = found["document"]["content_files"]
    assert (notes["resource_id"], "run_id" in notes, notes["summary"]) == (str(ids["document"]), False, "Short")
    assert all(document["is_learning_material"] and document["free"] for document in found.values())
    stack.learn.execute("update learning_resources_learningresource set published = false where id = %s", [ids["video_playlist"]])
    enqueue(stack.learn, list(ids.values()))
    stack.sync()
    assert stack.found("video")[str(ids["video"])]["playlists"] == []


def test_the_sync_needs_no_more_than_the_search_roles_rights(stack: SearchStack) -> None:
    role = f"search_role_{stack.prefix}"
    named = sql.Identifier(role)
    rights = """
        create role {role} login password 'made-for-a-test';
        grant usage on schema public, pipelines to {role};
        grant select on all tables in schema public to {role};
        grant select on pipelines.delivered_unit to {role};
        grant select, insert, delete on pipelines.outbox to {role};
        grant select, insert, update, delete on
            pipelines.indexed_document, pipelines.rejected_document, pipelines.sync_run, pipelines.shown_row,
            pipelines.physical_index, pipelines.candidate_document, pipelines.reconciled_difference to {role};
    """
    add_courses(stack.learn, 1, 2)
    enqueue(stack.learn, [1, 2])
    stack.learn.execute(sql.SQL(rights).format(role=named))
    try:
        with psycopg.connect(stack.dsn, user=role, password="made-for-a-test") as connection:
            as_search_role = SearchStack(stack.dsn, connection, stack.client, stack.prefix)
            connection.autocommit = True
            ensure_schema(connection)
            assert as_search_role.sync(retry_rejected=True).indexed == 2
            rebuild(as_search_role)
            stack.client.delete(index=serving_alias(stack.prefix, "course"), id="1", refresh=True)
            given = Reconciling(connection, stack.client, stack.prefix, "reconcile", lambda: NOW, "https://learn.mit.edu")
            assert reconcile_index(given, repair=True) == 1
            assert as_search_role.sync().indexed == 1
            stack.client.indices.delete(index=f"{stack.prefix}_program_*")
            assert as_search_role.sync().considered == 0
    finally:
        stack.learn.execute(sql.SQL("drop owned by {role}; drop role {role}").format(role=named))
