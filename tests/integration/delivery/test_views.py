"""View events become counts: each event once, whatever comes twice, and nothing else of Learn is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from include.contracts.ownership import VIEWS_OWNERSHIP, grants_sql
from include.delivery.views import ViewsResult, deliver_views
from include.errors import NotPublished
from include.warehouse.schema import read_sql
from tests.support.digest import learn_digest
from tests.support.marts import Unit

EVENTS = "learning_resources_learningresourceviewevent"
RESOURCES = "learning_resources_learningresource"


@dataclass
class Views:
    """A warehouse with landed view events, and a Learn with two resources."""

    world: Any
    ids: dict[str, int] = field(default_factory=dict)
    versions: int = 0

    def land(self, chunk: str, *views: tuple[int, str | int], removed: bool = False) -> None:
        """A chunk as it is now: (number of the event, viewed resource) each."""
        self.versions += 1
        items = [
            {
                "event_uuid": str(UUID(int=number)),
                "event_date": f"2025-08-28T15:{number % 60:02d}:00.403000Z",
                "resource_id": self.ids.get(str(resource), resource),
            }
            for number, resource in views
        ]
        digest = None if removed else f"{self.versions:032x}" if not views else repr(views).encode().hex()[-32:].rjust(32, "0")
        self.world.marts.connection.execute(
            "insert into raw.posthog__views (record_key, payload, content_hash, observed_at, run_key, object_key, is_removed)"
            " values (%s, %s, decode(%s, 'hex'), now() + %s * interval '1 minute', 'r', 'o', %s)",
            [chunk, None if removed else Jsonb({"views": items}), digest, self.versions, removed],
        )

    def deliver(self, user: str = "") -> ViewsResult:
        self.world.watched = False  # the views that are planted would be counted
        return self.world._call(deliver_views, user, {})

    def counts(self) -> dict[str, int | None]:
        query = f"select readable_id, view_count from {RESOURCES}"
        return dict(self.world.learn.execute(query.encode()).fetchall())


@pytest.fixture
def views(world: Any) -> Iterator[Views]:
    world.marts.put(Unit("A"), Unit("B"))
    world.deliver()
    world.outbox()
    made = Views(world, dict(world.learn.execute(f"select readable_id, id from {RESOURCES}".encode()).fetchall()))
    table = sql.SQL(read_sql("raw_table.sql").decode()).format(
        table=sql.Identifier("posthog__views"), index=sql.Identifier("posthog__views_latest")
    )
    world.marts.connection.execute("create schema if not exists raw")
    world.marts.connection.execute(table)
    yield made
    world.marts.connection.execute("drop schema raw cascade")


def test_events_are_counted_and_their_resources_indexed_again(views: Views) -> None:
    views.land("a#0", (1, "A"), (2, "A"), (3, "B"))
    assert views.deliver() == ViewsResult(added=3, unknown=0, recounted=2)
    assert views.counts() == {"A": 2, "B": 1}
    assert views.world.outbox() == [("A", "views"), ("B", "views")]
    assert views.world.column(f"select event_date::text from {EVENTS} where learning_resource_id = %s", views.ids["B"]) == [
        "2025-08-28 15:03:00.403+00"
    ]


def test_a_second_delivery_writes_nothing(views: Views) -> None:
    views.land("a#0", (1, "A"))
    views.deliver()
    before = learn_digest(views.world.learn, times=True, ids=True)
    assert views.deliver() == ViewsResult()
    assert learn_digest(views.world.learn, times=True, ids=True) == before


def test_what_is_delivered_twice_counts_once(views: Views) -> None:
    views.land("a#0", (1, "A"), (1, "A"), (2, "A"))
    views.land("b#0", (2, "A"), (3, "A"))
    views.deliver()
    views.land("a#0", (1, "A"), (2, "A"), (4, "A"))
    assert views.deliver() == ViewsResult(added=1, unknown=0, recounted=1)
    assert views.counts()["A"] == 4


def test_everything_again_after_the_ledger_was_lost_adds_nothing(views: Views) -> None:
    views.land("a#0", (1, "A"), (2, "B"))
    views.deliver()
    views.world.learn.execute("delete from pipelines.delivered_views")
    assert views.deliver() == ViewsResult(added=0, unknown=0, recounted=0)


def test_events_of_unknown_resources_are_passed_over(views: Views) -> None:
    views.land("a#0", (1, 99_999), (2, "A"))
    assert views.deliver() == ViewsResult(added=1, unknown=1, recounted=1)


def test_old_rows_without_uuid_are_adopted_and_not_doubled(views: Views) -> None:
    views.world.learn.execute(
        f"insert into {EVENTS} (event_date, learning_resource_id, created_on, updated_on)"
        " values ('2025-08-28T15:01:00.403Z', %s, now(), now())",
        [views.ids["A"]],
    )
    views.land("a#0", (1, "A"), (61, "A"))
    views.deliver()
    assert views.counts()["A"] == 2
    assert views.world.one(f"select count(*) from {EVENTS} where event_uuid is null") == 0


def test_an_unpublished_resource_is_counted_when_it_is_published_again(views: Views) -> None:
    views.world.learn.execute(f"update {RESOURCES} set published = false where readable_id = 'A'")
    views.land("a#0", (1, "A"))
    assert views.deliver().recounted == 0
    views.world.learn.execute(f"update {RESOURCES} set published = true where readable_id = 'A'")
    assert views.deliver() == ViewsResult(added=0, unknown=0, recounted=1)
    assert views.counts()["A"] == 1


def test_an_export_that_is_deleted_takes_no_view_back(views: Views) -> None:
    views.land("a#0", (1, "A"))
    views.deliver()
    views.land("a#0", removed=True)
    views.deliver()
    assert views.counts()["A"] == 1


@pytest.fixture
def restricted(views: Views) -> Iterator[str]:
    """A role with the rights that the contract gives to the counting of views, in both databases."""
    role = f"f_views_{views.world.one('select current_database()')[-8:]}"
    name = sql.Identifier(role)
    learn, warehouse = views.world.learn, views.world.marts.connection
    learn.execute(sql.SQL("create role {} login password {}").format(name, sql.Literal(role)))
    learn.execute(grants_sql(role, VIEWS_OWNERSHIP).encode())
    learn.execute(sql.SQL("grant usage on schema pipelines to {}").format(name))
    learn.execute(sql.SQL("grant select, insert, update, delete on all tables in schema pipelines to {}").format(name))
    warehouse.execute(sql.SQL("grant usage on schema raw to {0}; grant select on raw.posthog__views to {0}").format(name))
    yield role
    for connection in (learn, warehouse):
        connection.execute(sql.SQL("drop owned by {}").format(name))
    learn.execute(sql.SQL("drop role {}").format(name))


def test_only_the_count_of_a_resource_is_written(views: Views, restricted: str) -> None:
    without_count = f"select jsonb_agg(to_jsonb(r) - 'view_count' order by id) from {RESOURCES} r"
    before = views.world.one(without_count)
    views.land("a#0", (1, "A"))
    assert views.deliver(user=restricted).added == 1
    assert views.world.one(without_count) == before
    with psycopg.connect(views.world.learn_dsn, user=restricted, password=restricted) as connection:
        for column in ("title = ''", "published = false", "updated_on = now()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"update {RESOURCES} set {column}".encode())


def test_before_anything_was_loaded_there_is_nothing_to_deliver(views: Views) -> None:
    views.world.marts.connection.execute("drop table raw.posthog__views")
    with pytest.raises(NotPublished):
        views.deliver()
