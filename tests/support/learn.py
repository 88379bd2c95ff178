"""An empty Learn database, as Learn's migrations leave it but without reference rows."""

from __future__ import annotations

from pathlib import Path

import psycopg

SCHEMA = Path(__file__).resolve().parents[2] / "include" / "contracts" / "generated" / "learn_schema.sql"


def create_learn_tables(dsn: str) -> None:
    """Create Learn's tables from the contract's DDL; ``users_user`` is only what foreign keys need of it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
