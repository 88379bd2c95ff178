"""An empty Learn database, as Learn's migrations leave it but without reference rows."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg

REPOSITORY = Path(__file__).resolve().parents[2]
GENERATED = REPOSITORY / "include" / "contracts" / "generated" / "learn_schema.sql"
DUMPED = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data")) / "learn" / "learn_schema.sql"


def create_learn_tables(dsn: str) -> None:
    """Create Learn's tables from the contract's DDL; ``users_user`` is only what foreign keys need of it."""
    source = GENERATED if GENERATED.exists() else DUMPED
    lines = source.read_text(encoding="utf-8").splitlines()
    ddl = "\n".join(line for line in lines if not line.startswith("\\"))
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table if not exists users_user (id bigint primary key)")
        connection.execute(ddl)
