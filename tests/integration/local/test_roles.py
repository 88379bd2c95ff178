"""Each role can do its step's work in the databases, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from include.local import postgres, schemas
from include.local.connections import connections
from include.local.settings import Settings
from include.local.upstream.app_database import AppDatabase
from include.local.upstream.catalog import Catalog
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Store
from include.sources.clients import upstream_client
from include.sources.registry import SOURCES
from tests.support.own_postgres import own_postgres

NOW = "'2024-09-10T12:00:00Z'"
RESOURCES = "learning_resources_learningresource"


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A Postgres with the stack's roles; as root it lies in a folder that only root may enter."""
    with own_postgres(tmp_path_factory.mktemp("databases"), durable=False) as (settings, _):
        for _ in range(2):  # the second time finds everything there
            postgres.ensure_databases(settings)
            schemas.ensure_schemas(settings)
        yield settings


def can(settings: Settings, role: str, database: str, statement: str) -> bool:
    """Whether the role has the right; nothing is kept."""
    with psycopg.connect(settings.dsn(database, role)) as connection:
        try:
            connection.execute(statement.encode())
        except InsufficientPrivilege:
            return False
        finally:
            connection.rollback()
    return True


ALLOWED = [
    ("warehouse_loader", "warehouse", "insert into raw.cleaned_html values ('\\x00', 'clean', 1, '')"),
    ("warehouse_loader", "warehouse", "delete from ops.rejects"),
    ("warehouse_loader", "warehouse", "create temporary table t (a int)"),
    ("warehouse_dbt", "warehouse", "select from raw.mitxonline__courses"),
    ("warehouse_dbt", "warehouse", "select from ops.loads"),
    ("warehouse_dbt", "warehouse", "create table marts.t (a int)"),
    ("warehouse_dbt", "warehouse", "create table staging.t (a int)"),
    ("warehouse_reader", "warehouse", "update ops.mart_state set published_at = null"),
    ("warehouse_owner", "warehouse", "select from raw.ocw__courses"),
    ("learn_delivery", "learn", f"update {RESOURCES} set title = '', published = false"),
    ("learn_delivery", "learn", "delete from learning_resources_learningresource_topics"),
    ("learn_delivery", "learn", "insert into pipelines.outbox values (default, 1, 'course', 'ocw', 'x', " + NOW + ", 'r')"),
    ("learn_delivery", "learn", "create table pipelines.t (a int)"),
    ("learn_delivery", "learn", "create table pipelines_shadow.t (a int)"),
    ("learn_delivery", "learn", "delete from learning_resources_learningresourceimage"),
    ("learn_search", "learn", f"select from {RESOURCES}"),
    ("learn_search", "learn", "delete from pipelines.outbox"),
    ("learn_search", "learn", "delete from pipelines.indexed_document"),
    ("learn_search", "learn", f"insert into pipelines.sync_run (run_key, started_at, horizon) values ('r', {NOW}, 0)"),
    ("learn_views", "learn", f"update {RESOURCES} set view_count = 1"),
    ("learn_views", "learn", "delete from pipelines.viewed_resource"),
    ("learn_views", "learn", "insert into pipelines.outbox values (default, 1, 'course', 'ocw', 'views', " + NOW + ", 'r')"),
    ("learn_delivery", "learn", "delete from news_events_feednewsdetail"),
    ("learn_reader", "learn", "select from website_content_websitecontent"),
    ("learn_reader", "learn", "select username from users_user"),
    ("learn_owner", "learn", f"update {RESOURCES} set view_count = 1"),
    ("learn_owner", "learn", "select from pipelines.delivered_unit"),
]
REFUSED = [
    ("warehouse_loader", "warehouse", "create table marts.t (a int)"),
    ("warehouse_dbt", "warehouse", "delete from raw.mitxonline__courses"),
    ("warehouse_dbt", "warehouse", "update ops.loads set landed = 0"),
    ("warehouse_dbt", "warehouse", "create table raw.t (a int)"),
    ("warehouse_reader", "warehouse", "create table marts.t (a int)"),
    ("warehouse_reader", "warehouse", "delete from raw.mitxonline__courses"),
    ("learn_delivery", "learn", f"update {RESOURCES} set view_count = 1"),
    ("learn_delivery", "learn", f"delete from {RESOURCES}"),
    ("learn_delivery", "learn", "create table public.t (a int)"),
    ("learn_delivery", "learn", "delete from learning_resources_userlist"),
    ("learn_search", "learn", f"update {RESOURCES} set title = ''"),
    ("learn_search", "learn", "delete from pipelines.delivered_unit"),
    ("learn_delivery", "learn", "update news_events_feeditem set guid = ''"),
    ("learn_reader", "learn", "delete from website_content_websitecontent"),
    ("learn_reader", "learn", f"select from {RESOURCES}"),
    ("learn_reader", "learn", "create temporary table t (a int)"),
    ("learn_views", "learn", f"update {RESOURCES} set title = ''"),
    ("learn_views", "learn", f"update {RESOURCES} set published = false"),
    ("learn_views", "learn", "delete from learning_resources_learningresourceviewevent"),
    ("learn_views", "learn", "delete from pipelines.outbox"),
    ("learn_search", "learn", "insert into learning_resources_learningresourcetopic (name) values ('x')"),
]


@pytest.mark.parametrize(("role", "database", "statement"), ALLOWED)
def test_role_may(databases: Settings, role: str, database: str, statement: str) -> None:
    assert can(databases, role, database, statement)


@pytest.mark.parametrize(("role", "database", "statement"), REFUSED)
def test_role_may_not(databases: Settings, role: str, database: str, statement: str) -> None:
    assert not can(databases, role, database, statement)


@pytest.mark.parametrize(
    ("role", "database"), [("learn_delivery", "warehouse"), ("warehouse_dbt", "learn"), ("learn_search", "airflow"), ("airflow", "learn")]
)
def test_role_may_not_enter_the_database_of_others(databases: Settings, role: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(databases.dsn(database, role))


def test_a_password_is_needed(databases: Settings) -> None:
    host, port = databases.postgres_host_port
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://learn_owner:wrong@{host}:{port}/learn")


def test_what_dbt_makes_in_marts_can_be_read_by_delivery(databases: Settings) -> None:
    with psycopg.connect(databases.dsn("warehouse", "warehouse_dbt")) as connection:
        connection.execute("create table marts.made (a int)")
        connection.execute("create table staging.made (a int)")
    assert can(databases, "warehouse_reader", "warehouse", "select from marts.made")
    assert not can(databases, "warehouse_reader", "warehouse", "select from staging.made")


def test_files_of_the_cluster_are_private(databases: Settings) -> None:
    data: Path = postgres.data_folder(databases)
    assert data.stat().st_mode & 0o077 == 0


def test_the_reader_of_an_applications_database_reads_its_views_and_no_more(databases: Settings) -> None:
    upstream = UpstreamSettings(resources=20)
    AppDatabase(databases.dsn("mitxonline_app"), Catalog(upstream, Store(upstream))).fill()
    source = SOURCES["mitxonline_db"]
    client = upstream_client(source, connections(databases)[source.connection_id])
    with client.snapshot() as seen:
        assert seen.count("mitxonline_records.sql", {"stream": "courses", "since": None, "after": None}) == 11
    assert not can(databases, "mitxonline_reader", "mitxonline_app", "select from app.objects")
    assert not can(databases, "mitxonline_reader", "mitxonline_app", "create table learn_export.t (a int)")
