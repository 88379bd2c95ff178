"""The tables of `raw` and `ops`, who may use them, and what the ledger answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from include.errors import NotPublished
from include.sources.registry import stream_names
from include.warehouse import ledger, report
from include.warehouse.schema import ensure_schema
from tests.integration.warehouse.conftest import Warehouse
from tests.support.feeds import at, course


def test_every_stream_has_its_table_and_a_second_call_changes_nothing(warehouse: Warehouse) -> None:
    tables = {name for (name,) in warehouse.rows("select tablename from pg_tables where schemaname = 'raw'")}
    assert tables == {f"{source}__{stream}" for source, stream in stream_names()} | {"cleaned_html"}
    assert ("ocw", "inventory") not in stream_names()
    before = warehouse.rows("select oid, relname from pg_class order by 1")
    ensure_schema(warehouse.connection)
    assert warehouse.rows("select oid, relname from pg_class order by 1") == before


def test_two_first_calls_at_once_do_not_collide(fresh_database: Callable[..., str]) -> None:
    dsn = fresh_database("d_schema")
    failures: list[psycopg.Error] = []

    def call() -> None:
        try:
            with psycopg.connect(dsn) as connection:
                ensure_schema(connection)
        except psycopg.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.fixture
def dbt_role(warehouse: Warehouse) -> Any:
    """The role `warehouse_dbt`, made when the server does not have it, and gone afterwards."""
    name = sql.Identifier("warehouse_dbt")
    there = warehouse.rows("select from pg_roles where rolname = 'warehouse_dbt'")
    if not there:
        warehouse.connection.execute(sql.SQL("create role {}").format(name))
    warehouse.connection.execute("drop table ops.mart_state")
    warehouse.connection.commit()
    ensure_schema(warehouse.connection)
    yield name
    warehouse.connection.execute(sql.SQL("drop owned by {}").format(name))
    if not there:
        warehouse.connection.execute(sql.SQL("drop role {}").format(name))
    warehouse.connection.commit()


def test_dbt_reads_raw_and_the_ledger_and_writes_neither(warehouse: Warehouse, dbt_role: sql.Identifier) -> None:
    connection = warehouse.connection
    connection.execute(sql.SQL("set local role {}").format(dbt_role))
    for table in ("raw.xpro__courses", "raw.cleaned_html", "ops.loads"):
        connection.execute(f"select * from {table}")  # type: ignore[call-overload]
    for statement in ("delete from raw.xpro__courses", "insert into ops.mart_state values ('x', 'published')"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(statement)  # type: ignore[call-overload]
    connection.rollback()


def test_the_ledger_tells_what_a_run_did(warehouse: Warehouse) -> None:
    manifest = warehouse.land(0, [course("a"), course("b", min_price="free")])
    facts = (manifest.run, "mitxonline", "courses")
    ledger.run_started(warehouse.connection, *facts, "ingest_mitxonline", "scheduled__1", at(0))
    ledger.run_finished(warehouse.connection, *facts, at(1), error=RuntimeError("the network is away"))
    [failed] = report.run_summary(warehouse.connection, manifest.run)
    warehouse.connection.rollback()
    assert (failed["status"], failed["error"], failed["landed"]) == ("failed", "the network is away", None)
    ledger.run_started(warehouse.connection, *facts, "ingest_mitxonline", "scheduled__1", at(2))
    ledger.run_finished(warehouse.connection, *facts, at(3), manifest=manifest)
    warehouse.load(manifest)
    [told] = report.run_summary(warehouse.connection, manifest.run)
    assert (told["status"], told["started_at"], told["error"]) == ("landed", at(0), None)
    assert (told["landed"], told["new_versions"], told["removed"], told["rejected"]) == (2, 1, 0, 1)
    [reason] = report.reject_reasons(warehouse.connection, manifest.run)
    assert (reason["records"], reason["example_key"], reason["example_where"]) == (1, "b", "min_price")
    [version] = report.record_history(warehouse.connection, "mitxonline", "courses", "a")
    assert (version["run_key"], version["object_key"], version["line_number"]) == (manifest.run, manifest.parts[0].key, 1)
    [source] = report.source_summary(warehouse.connection)
    assert (source["stream"], source["last_manifest"], source["loads"]) == ("courses", manifest.key, 1)


def test_versions_are_unprocessed_until_a_transform_succeeds(warehouse: Warehouse) -> None:
    connection = warehouse.connection
    warehouse.load(warehouse.land(0, [course("a"), course("b")]))
    seen = ledger.latest_versions(connection)
    connection.rollback()
    assert seen["mitxonline__courses"] == 2
    assert set(seen) == {f"{source}__{stream}" for source, stream in stream_names()}
    for run, succeeded, left in (("run-1", False, {"mitxonline__courses": 2}), ("run-2", True, {})):
        ledger.transform_started(connection, run, at(1), at(1), "everything", False, seen)
        assert ledger.unprocessed_versions(connection) == {"mitxonline__courses": 2}
        connection.rollback()
        ledger.transform_finished(connection, run, at(2), succeeded)
        assert ledger.unprocessed_versions(connection) == left
        connection.rollback()
    warehouse.load(warehouse.land(1, [course("a", 1)]))
    assert ledger.unprocessed_versions(connection) == {"mitxonline__courses": 2}, "a new version and a removal"
    recorded = ledger.recorded_transform(connection, "run-2")
    assert recorded is not None
    assert (recorded["status"], recorded["selection"], recorded["max_versions"]) == ("succeeded", "everything", seen)
    assert ledger.recorded_transform(connection, "run-9") is None


def test_only_the_run_that_builds_a_mart_may_publish_it(warehouse: Warehouse) -> None:
    connection = warehouse.connection
    assert ledger.mart_state(connection) is None
    connection.rollback()
    ledger.mart_building(connection, "run-1")
    ledger.mart_building(connection, "run-2")
    with pytest.raises(NotPublished, match="run-2"):
        ledger.mart_published(connection, "run-1", at(1))
    connection.rollback()
    ledger.mart_published(connection, "run-2", at(1))
    state = ledger.mart_state(connection)
    connection.rollback()
    assert state == ledger.MartState("catalog", "published", "run-2", "run-2", at(1))
    ledger.mart_building(connection, "run-3")
    state = ledger.mart_state(connection)
    assert state is not None
    assert (state.state, state.published_run) == ("building", "run-2")
