"""What a transform chooses to build, asked of a real ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from include.warehouse import ledger, transforms
from include.warehouse.schema import ensure_schema
from include.warehouse.transforms import EVERYTHING, Plan

SOURCES = {"mitxonline__courses": "source:raw.mitxonline__courses", "xpro__courses": "source:raw.xpro__courses"}
PROJECT = transforms.fingerprint("f" * 64)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COURSES = "source:raw.mitxonline__courses+"


@pytest.fixture
def warehouse(fresh_database: Callable[..., str]) -> Iterator[psycopg.Connection[Any]]:
    """A warehouse in which nothing was ever loaded."""
    with psycopg.connect(fresh_database("transforms"), autocommit=True) as connection:
        ensure_schema(connection)
        yield connection


def plan(warehouse: psycopg.Connection[Any], run: str = "run", **given: Any) -> Plan:
    chosen = {"sources": SOURCES, "project": PROJECT, "now": NOW, "rebuild": False, "cleared": False}
    return transforms.plan(warehouse, run, **(chosen | given))


def add_version(warehouse: psycopg.Connection[Any], table: str = "mitxonline__courses") -> None:
    insert = f"insert into raw.{table} (record_key, observed_at, run_key, object_key, is_removed) values ('k', %s, 'r', 'o', true)"
    warehouse.execute(insert.encode(), [NOW])


def begin(warehouse: psycopg.Connection[Any], run: str = "run", **given: Any) -> Plan:
    chosen = plan(warehouse, run, **given)
    ledger.mart_building(warehouse, run)
    ledger.transform_started(warehouse, run, NOW, NOW, chosen.select, chosen.full_refresh, chosen.seen)
    return chosen


def build(warehouse: psycopg.Connection[Any], run: str = "run", **given: Any) -> Plan:
    chosen = begin(warehouse, run, **given)
    ledger.transform_finished(warehouse, run, NOW, succeeded=True)
    ledger.mart_published(warehouse, run, NOW)
    return chosen


def test_the_first_run_builds_everything_and_the_second_nothing(warehouse: psycopg.Connection[Any]) -> None:
    first = build(warehouse)
    assert (first.select, first.full_refresh) == (EVERYTHING, True)
    assert plan(warehouse, "next") == Plan("", False, [], first.seen)


def test_new_versions_select_what_they_feed(warehouse: psycopg.Connection[Any]) -> None:
    build(warehouse)
    add_version(warehouse)
    chosen = plan(warehouse, "next")
    assert (chosen.select, chosen.full_refresh) == (COURSES, False)
    assert "versions up to 1, built up to 0" in chosen.reasons[0]


def test_another_project_rebuilds_everything_in_full(warehouse: psycopg.Connection[Any]) -> None:
    build(warehouse)
    chosen = plan(warehouse, "next", project=PROJECT + 1)
    assert (chosen.select, chosen.full_refresh) == (EVERYTHING, True)


def test_a_cleared_run_rebuilds_what_it_had_and_what_is_new(warehouse: psycopg.Connection[Any]) -> None:
    build(warehouse)
    add_version(warehouse)
    build(warehouse, "second")
    add_version(warehouse, "xpro__courses")
    chosen = plan(warehouse, "second", cleared=True)
    assert chosen.select.split() == [COURSES, "source:raw.xpro__courses+"]
    assert chosen.full_refresh


def test_what_a_killed_run_began_is_built_by_its_retry_and_by_any_other(warehouse: psycopg.Connection[Any]) -> None:
    build(warehouse)
    warehouse.execute("create schema intermediate")
    warehouse.execute("create table intermediate.due as select %s::timestamptz as next_change_at", [NOW - timedelta(hours=1)])
    assert begin(warehouse, "killed").select == "due+"
    warehouse.execute("update intermediate.due set next_change_at = null")  # dbt came as far as this model
    assert plan(warehouse, "killed").select == "due+"
    assert plan(warehouse, "other").select == "due+"


def test_what_another_run_has_just_built_is_left_to_its_publication(warehouse: psycopg.Connection[Any]) -> None:
    begin(warehouse, "first")
    ledger.transform_finished(warehouse, "first", NOW, succeeded=True)
    assert plan(warehouse, "second").select == ""
    late = NOW + transforms.PUBLISHED_WITHIN + timedelta(seconds=1)
    assert plan(warehouse, "second", now=late).select == EVERYTHING


def test_a_failed_run_is_selected_again(warehouse: psycopg.Connection[Any]) -> None:
    build(warehouse)
    add_version(warehouse)
    begin(warehouse, "failed")
    ledger.transform_finished(warehouse, "failed", NOW, succeeded=False)
    assert plan(warehouse, "next").select == COURSES


def test_the_clock_selects_models_with_rows_that_are_due(warehouse: psycopg.Connection[Any]) -> None:
    build(warehouse)
    warehouse.execute("create schema intermediate")
    for name, moment in {"late": NOW, "early": NOW + timedelta(seconds=1), "never": None}.items():
        warehouse.execute(f"create table intermediate.{name} as select %s::timestamptz as next_change_at".encode(), [moment])
    assert plan(warehouse, "next").select == "late+"


def test_a_model_built_by_itself_closes_the_marts_and_opens_them_again(warehouse: psycopg.Connection[Any]) -> None:
    build(warehouse)
    assert transforms.reopen(warehouse, "cleared")
    assert not transforms.reopen(warehouse, "cleared"), "closed already"
    state = ledger.mart_state(warehouse)
    assert state
    assert (state.state, state.building_run) == ("building", "cleared")
    transforms.restore(warehouse, "another")
    assert ledger.mart_state(warehouse) == state
    transforms.restore(warehouse, "cleared")
    opened = ledger.mart_state(warehouse)
    assert opened
    assert opened.state == "published"


def test_two_marts_know_nothing_of_each_other(warehouse: psycopg.Connection[Any]) -> None:
    """Also when runs of both have the same id, as runs of one moment have."""
    build(warehouse)
    of_news = {"mart": ledger.NEWS, "everything": "+int_news__items+", "sources": {"news_mitpe__news": "source:raw.news_mitpe__news"}}
    assert plan(warehouse, **of_news).select == "+int_news__items+"
    ledger.mart_building(warehouse, "run", ledger.NEWS)
    assert plan(warehouse, "next").select == ""
    ledger.transform_started(warehouse, "run", NOW, NOW, "+int_news__items+", True, plan(warehouse, **of_news).seen, ledger.NEWS)
    assert plan(warehouse, "next", **of_news).select == "+int_news__items+", "begun and not published"
    ledger.transform_finished(warehouse, "run", NOW, succeeded=True, mart=ledger.NEWS)
    ledger.mart_published(warehouse, "run", NOW, ledger.NEWS)
    assert plan(warehouse, "next", **of_news).select == ""
    warehouse.execute("create schema intermediate; create table intermediate.int_news__items (next_change_at timestamptz)")
    warehouse.execute("insert into intermediate.int_news__items values (%s)", [NOW])
    assert plan(warehouse, "next", models={"catalog_unit"}).select == ""
    assert plan(warehouse, "next", models={"int_news__items"}, **of_news).select == "int_news__items+"
