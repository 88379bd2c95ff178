"""The role of delivery can write what it owns and nothing else: Postgres itself says so."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from include.contracts.ddl import schema_sql
from include.contracts.ownership import OWNERSHIP, grants_sql, read_grants_sql
from include.contracts.tables import TABLES

RESOURCE = "learning_resources_learningresource"

REFUSED = (
    f"update {RESOURCE} set view_count = 0",
    f"update {RESOURCE} set id = 2",
    f"update {RESOURCE} set created_on = now()",
    f"update {RESOURCE} set resource_type = 'program'",
    f"delete from {RESOURCE}",
    f"truncate {RESOURCE} cascade",
    "delete from learning_resources_learningresourcerun",
    "update learning_resources_learningresourcerun set checksum = ''",
    "update learning_resources_contentfile set summary = ''",
    "delete from learning_resources_learningpath",
    "delete from learning_resources_userlistrelationship",
    "update learning_resources_learningresourcerelationship set relation_type = 'PROGRAM_COURSES'",
    "delete from learning_resources_learningresourcetopic",
)


@pytest.fixture
def learn(fresh_database: Callable[[str], str]) -> Iterator[psycopg.Connection[Any]]:
    """Learn's database with a course that has views, as seen by a role (``writer_...``) with delivery's rights."""
    role = f"writer_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(fresh_database("grants"), autocommit=True) as connection:
        connection.execute(schema_sql().encode())
        owned = OWNERSHIP[RESOURCE]
        values = owned.insert_defaults | {
            "created_on": "now", "updated_on": "now", "readable_id": "a", "title": "A", "resource_type": "course",
            "resource_category": "Course",
        }  # fmt: skip
        statement = sql.SQL("insert into {} ({}, view_count) values ({}, 5)").format(
            sql.Identifier(RESOURCE),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(map(sql.Literal, values.values())),
        )
        connection.execute(statement)
        connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
        connection.execute(grants_sql(role).encode())
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        yield connection
        connection.execute("reset role")
        connection.execute(sql.SQL("drop owned by {0}; drop role {0}").format(sql.Identifier(role)))


def test_delivery_writes_what_it_owns(learn: psycopg.Connection[Any]) -> None:
    learn.execute(f"update {RESOURCE} set title = 'B', updated_on = now() where readable_id = 'a'")
    learn.execute(
        "insert into learning_resources_learningresourcecontenttag (created_on, updated_on, name) values (now(), now(), 'Lectures')"
    )
    tag = "insert into learning_resources_learningresource_resource_tags (learningresource_id, learningresourcecontenttag_id) values (1, 1)"
    learn.execute(f"{tag} on conflict do nothing")
    learn.execute("delete from learning_resources_learningresource_resource_tags")
    assert learn.execute(f"select title, view_count from {RESOURCE}").fetchall() == [("B", 5)]


def test_postgres_refuses_what_delivery_does_not_own(learn: psycopg.Connection[Any]) -> None:
    for statement in REFUSED:
        with pytest.raises(InsufficientPrivilege):
            learn.execute(statement.encode())


def test_a_reader_reads_every_table_and_writes_none() -> None:
    statement = read_grants_sql('odd"name')
    assert '"odd""name"' in statement
    assert all(table in statement for table in TABLES)
    assert "INSERT" not in statement
