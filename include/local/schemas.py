"""The tables that a database has before the first run: each is made by the part that owns it, as the role that owns it."""

from __future__ import annotations

from pathlib import Path

import psycopg

from include.local import postgres
from include.local.settings import Settings

WEBSITE_CONTENT = Path(__file__).parent / "sql" / "website_content.sql"
LEARN_SCHEMA = Path(__file__).resolve().parents[1] / "contracts" / "generated" / "learn_schema.sql"


def ensure_schemas(settings: Settings) -> None:
    """Make what is missing in the warehouse and in Learn's database, and grant on it; safe to repeat."""
    from include.delivery.schema import ensure_schema as ensure_delivery_ledger
    from include.search.ledger import ensure_schema as ensure_search_ledger
    from include.warehouse.schema import ensure_schema as ensure_warehouse

    with psycopg.connect(settings.dsn("warehouse")) as connection:
        ensure_warehouse(connection)
    ensure_learn_tables(settings)
    with psycopg.connect(settings.dsn("learn", "learn_delivery")) as connection:
        ensure_delivery_ledger(connection)
        ensure_search_ledger(connection)
    with psycopg.connect(settings.admin_dsn_of("learn"), autocommit=True) as admin:
        postgres.run_sql(admin, "learn_grants.sql")


def ensure_learn_tables(settings: Settings) -> None:
    """Learn's own tables, as its Django would have made them, and what delivery and search may do with them."""
    from include.contracts.ownership import VIEWS_OWNERSHIP, grants_sql, read_grants_sql

    with psycopg.connect(settings.dsn("learn")) as connection:
        there = connection.execute("select to_regclass('public.learning_resources_learningresource')").fetchone()
        if there == (None,):
            connection.execute(LEARN_SCHEMA.read_bytes())
        connection.execute(WEBSITE_CONTENT.read_bytes())
        connection.execute(grants_sql("learn_delivery").encode())
        connection.execute(read_grants_sql("learn_search").encode())
        connection.execute(grants_sql("learn_views", VIEWS_OWNERSHIP).encode())
