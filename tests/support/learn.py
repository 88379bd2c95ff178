"""An empty Learn database, as Learn's migrations leave it but without reference rows."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from include.local.schemas import WEBSITE_CONTENT

SCHEMA = Path(__file__).resolve().parents[2] / "include" / "contracts" / "generated" / "learn_schema.sql"


def create_learn_tables(dsn: str) -> None:
    """Create Learn's tables from the contract's DDL; ``users_user`` is only what foreign keys need of it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SCHEMA.read_text(encoding="utf-8"))


def create_articles(dsn: str, reader: str) -> None:
    """Create the table of Learn's own articles, with some, and let a role read it."""
    rights = (
        "usage on schema public",
        "select on website_content_websitecontent",
        "select (id, username, first_name, last_name) on users_user",
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(WEBSITE_CONTENT.read_bytes())
        for right in rights:
            connection.execute(sql.SQL("grant {} to {}").format(sql.SQL(right), sql.Identifier(reader)))
