"""MITx Online's own database as an upstream: what changed, what is gone, what a writer's credential gets, and the API's very records."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from include.errors import AuthError, IncompletePage, RefusedAddress, SchemaDrift, UpstreamUnavailable
from include.landing import Manifest, land_stream, run_key
from include.local.upstream.app_database import AppDatabase, grant_reading
from include.local.upstream.catalog import Catalog
from include.local.upstream.paths import Edit
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Store
from include.parity.ways import differences, main
from include.sources.base import Reading, find_stream
from include.sources.clients import upstream_client
from include.sources.database import Database
from include.sources.feeds.mitxonline_db import FULL_EVERY, SOURCE
from include.sources.http import HttpClient
from include.sources.registry import SOURCES
from include.warehouse.load import load_stream
from tests.integration.warehouse.conftest import Warehouse
from tests.support.application_databases import parts_of, reader
from tests.support.upstream import CLOCK, upstream_factory

COURSES, PROGRAMS = 660, 60
"""Of 1,200 resources: more courses than are fetched at once."""


@dataclass
class World:
    """The application's database beside a warehouse."""

    catalog: Catalog
    app: AppDatabase
    app_dsn: str
    client: Database
    warehouse: Warehouse

    def change(self, *edits: tuple[str, int, dict[str, Any]], remove: int | None = None) -> None:
        for stream, index, values in edits:
            self.catalog.edit("mitxonline", stream, self.catalog.key_at("mitxonline", stream, None, index), Edit(values))
        if remove is not None:
            self.catalog.remove("mitxonline", "courses", self.catalog.key_at("mitxonline", "courses", None, remove))
        self.app.fill()

    def land(self, hour: int, stream: str = "courses", **how: Any) -> Manifest:
        at = CLOCK + timedelta(hours=hour)
        run = run_key("ingest_mitxonline_db", f"test__{hour}", at)
        return land_stream(
            SOURCE, find_stream(SOURCE, stream), self.client, self.warehouse.s3, self.warehouse.bucket, run, lambda: at, part_bytes=1, **how
        )

    def load(self, manifest: Manifest) -> tuple[int, int]:
        stream = find_stream(SOURCE, manifest.stream)
        result = load_stream(self.warehouse.connection, self.warehouse.s3, self.warehouse.bucket, manifest, stream)
        return result.new_versions, result.removed


@pytest.fixture
def world(servers: Any, fresh_database: Callable[..., str], warehouse: Warehouse) -> Iterator[World]:
    app_dsn = fresh_database("d_mitxonline_app")
    settings = UpstreamSettings(resources=1200, clock=CLOCK)
    catalog = Catalog(settings, Store(settings))
    app = AppDatabase(app_dsn, catalog)
    app.fill()
    with reader(servers, f"mitxonline_reader_{uuid.uuid4().hex[:8]}") as role:
        with psycopg.connect(app_dsn) as admin:
            grant_reading(admin, role)
        yield World(catalog, app, app_dsn, upstream_client(SOURCE, parts_of(app_dsn, role, "learn_export")), warehouse)
        with psycopg.connect(app_dsn) as admin:
            admin.execute(sql.SQL("drop owned by {}").format(sql.Identifier(role)))


def _with(client: Database, **arguments: Any) -> Database:
    return replace(client, arguments=client.arguments | arguments)


def test_changes_since_the_last_read_and_deletions_in_a_full_one(world: World) -> None:
    first = world.land(0)
    assert (first.kind, first.total, first.upstream_total, first.complete) == ("snapshot", COURSES, COURSES, True)
    assert world.load(first) == (COURSES, 0)
    _age(world, hours=2)
    world.change(("courses", 3, {"title": "Neu"}), ("courses", 600, {"courseruns.0.is_enrollable": None}), remove=5)
    second = world.land(1)
    assert (second.kind, second.total, second.baseline) == ("delta", 2, first.key)
    assert world.load(second) == (2, 0)
    third = world.land(2, full=True)
    assert (third.kind, third.total) == ("snapshot", COURSES - 1)
    assert world.load(third) == (0, 1)


def _age(world: World, hours: int) -> None:
    """Move all that was changed so far out of the overlap."""
    with psycopg.connect(world.app_dsn) as admin:
        admin.execute("update app.objects set updated_on = updated_on - make_interval(hours => %s)", [hours])


def test_a_late_commit_is_seen_because_of_the_overlap(world: World) -> None:
    world.load(world.land(0))
    _age(world, hours=2)
    with psycopg.connect(world.app_dsn) as admin:
        admin.execute(
            "update app.objects set data = data || '{\"title\": \"late\"}', updated_on = now() - interval '20 minutes'"
            " where kind = 'course' and id = 10"
        )
    assert world.load(world.land(1)) == (1, 0)


def test_nothing_changed_and_a_full_read_after_a_week(world: World) -> None:
    world.load(world.land(0, "programs"))
    _age(world, hours=2)
    again = world.land(1, "programs")
    assert (again.kind, again.total, world.load(again)) == ("delta", 0, (0, 0))
    weekly = world.land(1 + int(FULL_EVERY.total_seconds() // 3600), "programs")
    assert (weekly.kind, weekly.total, world.load(weekly)) == ("snapshot", PROGRAMS, (0, 0))


def test_a_limited_read_is_no_beginning_for_the_next(world: World) -> None:
    assert world.land(0, limit=10).complete is False
    assert world.land(1).kind == "snapshot"


def test_a_read_that_was_cut_off_goes_on(world: World) -> None:
    stream = find_stream(SOURCE, "courses")
    before: Any = type("Before", (), {"full": False, "last": lambda self, name: None})()
    pages = SOURCE.pages(stream, world.client, Reading(lambda: CLOCK, before=before))
    first = next(pages)
    pages.close()
    rest = list(SOURCE.pages(stream, world.client, Reading(lambda: CLOCK, first.cursor, before=before)))
    keys = [record.key for page in (first, *rest) for record in page.records]
    assert len(keys) == len(set(keys)) == COURSES
    assert keys == sorted(keys)


def test_both_ways_give_the_same_records(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    api = SOURCES["mitxonline"]
    warehouse = world.warehouse
    with upstream_factory() as start:
        address, _ = start(resources=1200)
        client = HttpClient(
            "mitxonline",
            address,
            allow_private=(address.removeprefix("http://"),),
            paths={name: f"/mitxonline/api/v2/{name}/" for name in ("courses", "programs")},
        )
        for stream in api.streams:
            run = run_key("ingest_mitxonline", "test__0", CLOCK)
            manifest = land_stream(api, stream, client, warehouse.s3, warehouse.bucket, run, lambda: CLOCK)
            load_stream(warehouse.connection, warehouse.s3, warehouse.bucket, manifest)
            world.load(world.land(0, stream.name))
            assert list(differences(warehouse.connection, "mitxonline", "mitxonline_db", stream.name)) == []
            warehouse.connection.rollback()
    assert main(["--dsn", warehouse.dsn]) == 0
    _age(world, hours=2)
    world.change(("courses", 3, {"page.live": None, "courseruns.0.title": "Neu"}))
    world.load(world.land(1))
    assert main(["--dsn", warehouse.dsn]) == 1
    assert "courseruns.0.title, page.live" in capsys.readouterr().out


def test_a_credential_that_may_write_is_refused(world: World, servers: Any) -> None:
    role = world.client.arguments["user"]
    with psycopg.connect(world.app_dsn) as admin:
        admin.execute(sql.SQL("grant insert on app.objects to {}").format(sql.Identifier(role)))
    with pytest.raises(AuthError, match="may change objects"):
        world.land(0)
    told = psycopg.conninfo.conninfo_to_dict(servers.admin_dsn)
    superuser = {name: told[name] for name in ("user", "password")}
    with pytest.raises(AuthError, match="superuser"), _with(world.client, **superuser).snapshot():
        pass


def test_the_transaction_cannot_write(world: World) -> None:
    with pytest.raises(UpstreamUnavailable), world.client.snapshot() as seen:
        seen.connection.execute("create temporary table mine (id int)")


def test_each_trouble_is_a_typed_error(world: World) -> None:
    with pytest.raises(AuthError, match="refused our credential"), _with(world.client, password="wrong").snapshot():
        pass
    with pytest.raises(RefusedAddress), replace(world.client, allow_private=()).snapshot():
        pass
    away = replace(world.client, arguments=world.client.arguments | {"port": 1}, allow_private=("127.0.0.1:1",))
    with pytest.raises(UpstreamUnavailable), away.snapshot():
        pass
    with psycopg.connect(world.app_dsn) as admin:
        admin.execute("delete from app.objects where kind = 'program'")
    with pytest.raises(IncompletePage, match="no programs"):
        world.land(0, "programs")
    with psycopg.connect(world.app_dsn) as admin:
        admin.execute("alter view learn_export.courses rename column title to name")
    with pytest.raises(SchemaDrift, match="views"):
        world.land(0)


def test_the_database_follows_what_the_sandbox_is_told(fresh_database: Callable[..., str]) -> None:
    dsn = fresh_database("d_mitxonline_app")
    query = "select readable_id, title from learn_export.courses order by id"
    with upstream_factory() as start, psycopg.connect(dsn, autocommit=True) as app:
        _, control = start(resources=40, mitxonline_app_dsn=dsn)
        assert control.wait_until_ready()["databases"]["mitxonline"]["ready"] is True
        before = dict(app.execute(query).fetchall())
        key = control.edit("mitxonline", "courses", {"title": "Neu"}, index=2)["key"]
        gone = control.remove("mitxonline", "courses", index=0)["key"]
        after = dict(app.execute(query).fetchall())
        assert {name for name in before if before[name] != after.get(name)} == {key, gone}
        control.reset()
        assert dict(app.execute(query).fetchall()) == before
