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
        reader = stack.enter_context(_reader(servers, f"reader_{tag}"))
        app_dsn = stack.enter_context(temporary_database(servers, f"mitxonline_app_{tag}"))
        AppDatabase(app_dsn, Catalog(settings, Store(settings))).sync()
        with psycopg.connect(app_dsn, autocommit=True) as app:
            grant_reading(app, reader)
        create_articles(learn_dsn, reader)
        yield {"mitxonline_db": _parts(app_dsn, reader, "learn_export"), "news_learn": _parts(learn_dsn, reader, "public")}
        with psycopg.connect(learn_dsn, autocommit=True) as learn:
            learn.execute(sql.SQL("drop owned by {}").format(sql.Identifier(reader)))


@contextmanager
def _reader(servers: Any, name: str) -> Iterator[str]:
    with psycopg.connect(servers.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(PASSWORD)))
        yield name
        admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))


def _parts(dsn: str, reader: str, schema: str) -> Parts:
    told = conninfo_to_dict(dsn)
    extra = {"read_schema": schema, "allow_private": [f"{told['host']}:{told['port']}"]}
    return {"conn_type": "postgres", "host": told["host"], "port": told["port"], "schema": told["dbname"],
            "login": reader, "password": PASSWORD, "extra": extra}  # fmt: skip
