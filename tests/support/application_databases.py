"""Databases of applications that feeds read: MITx Online's own, and Learn's articles; each through a role that may only read."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from include.local.upstream.app_database import AppDatabase, grant_reading
from include.local.upstream.catalog import Catalog
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Store
from tests.support.learn import create_articles

PASSWORD = "reading"
Parts = dict[str, Any]


@contextmanager
def temporary_database(servers: Any, name: str) -> Iterator[str]:
    """DSN of a new database, dropped afterwards."""
    dsn = servers.postgres_dsn(name)
    try:
        yield dsn
    finally:
        with psycopg.connect(servers.admin_dsn, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def application_databases(servers: Any, learn_dsn: str, settings: UpstreamSettings) -> Iterator[dict[str, Parts]]:
    """Feed -> parts of the connection to the database that it reads, which is filled.

    :param settings: of the sandbox upstream, whose records MITx Online's database has.
    """
    tag = uuid.uuid4().hex[:10]
    with ExitStack() as stack:
        role = stack.enter_context(reader(servers, f"reader_{tag}"))
        app_dsn = stack.enter_context(temporary_database(servers, f"mitxonline_app_{tag}"))
        AppDatabase(app_dsn, Catalog(settings, Store(settings))).fill()
        with psycopg.connect(app_dsn, autocommit=True) as app:
            grant_reading(app, role)
        create_articles(learn_dsn, role)
        yield {"mitxonline_db": parts_of(app_dsn, role, "learn_export"), "news_learn": parts_of(learn_dsn, role, "public")}
        with psycopg.connect(learn_dsn, autocommit=True) as learn:
            learn.execute(sql.SQL("drop owned by {}").format(sql.Identifier(role)))


@contextmanager
def reader(servers: Any, name: str) -> Iterator[str]:
    """A role that can sign in and may do nothing yet; gone afterwards, when nothing is its own."""
    with psycopg.connect(servers.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(PASSWORD)))
        yield name
        admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))


def parts_of(dsn: str, role: str, schema: str) -> Parts:
    """Parts of a connection as a reader."""
    told = conninfo_to_dict(dsn)
    extra = {"read_schema": schema, "allow_private": [f"{told['host']}:{told['port']}"]}
    return {"conn_type": "postgres", "host": told["host"], "port": told["port"], "schema": told["dbname"],
            "login": role, "password": PASSWORD, "extra": extra}  # fmt: skip
