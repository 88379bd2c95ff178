"""The tables that a database has before the first run: each is made by the part that owns it, as the role that owns it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import psycopg

from include.local import postgres
from include.local.settings import Settings

LEARN_SCHEMA = Path(__file__).resolve().parents[1] / "contracts" / "generated" / "learn_schema.sql"


def ensure_schemas(settings: Settings) -> None:
    """Make what is missing in the warehouse and in Learn's database, and grant on it; safe to repeat."""
    _call("include.warehouse.schema", "ensure_schema", settings.dsn("warehouse"))
    ensure_learn_tables(settings)
    delivery = settings.dsn("learn", "learn_delivery")
    _call("include.delivery.schema", "ensure_schema", delivery)
    _call("include.search.ledger", "ensure_schema", delivery)
    with psycopg.connect(settings.admin_dsn_of("learn"), autocommit=True) as admin:
        postgres.run_sql(admin, "learn_grants.sql")


def ensure_learn_tables(settings: Settings) -> None:
    """Learn's own tables, as its Django would have made them, and what delivery and search may do with them."""
    if not LEARN_SCHEMA.exists():
        return
    from include.contracts.ownership import grants_sql, read_grants_sql

    with psycopg.connect(settings.dsn("learn")) as connection:
        there = connection.execute("select to_regclass('public.learning_resources_learningresource')").fetchone()
        if there == (None,):
            connection.execute(LEARN_SCHEMA.read_bytes())
        connection.execute(grants_sql("learn_delivery").encode())
        connection.execute(read_grants_sql("learn_search").encode())


def _call(module: str, name: str, dsn: str) -> None:
    try:
        ensure: Any = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return
    with psycopg.connect(dsn) as connection:
        ensure(connection)
