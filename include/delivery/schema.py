"""The schema ``pipelines`` in Learn's database: ledger, outbox, removals held back."""

from __future__ import annotations

import hashlib

from psycopg import sql

from include.delivery import statements
from include.delivery.statements import Link

SCHEMA = "pipelines"


def ensure_schema(connection: Link) -> None:
    """Bring ``pipelines`` to what ``sql/pipelines.sql`` says; touches nothing, and takes no lock, when all is there.

    The schema's comment tells which text it was made by. The schema itself is created only when absent: the role of deliveries owns it
    and may not create others.
    """
    tables = [f"{SCHEMA}.{statement.name}" for statement in statements.read("pipelines") if "create table" in statement.text]
    with connection.transaction():
        found = connection.execute(
            "select obj_description(to_regnamespace(%s), 'pg_namespace'),"
            " (select bool_and(to_regclass(n.name) is not null) from unnest(%s::text[]) as n (name))",
            [SCHEMA, tables],
        ).fetchone()
        if found == (version(), True):
            return
        if connection.execute("select to_regnamespace(%s)", [SCHEMA]).fetchone() == (None,):
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(SCHEMA)))
        make_tables(connection, SCHEMA)
        connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(SCHEMA), sql.Literal(version())))


def version() -> str:
    """What tells a ledger that was made by this text from others."""
    return hashlib.sha256("".join(statement.text for statement in statements.read("pipelines")).encode()).hexdigest()


def make_tables(connection: Link, schema: str) -> None:
    """Make what is missing of the ledger in a schema that exists."""
    statements.run(connection, statements.read("pipelines"), {}, {"schema": sql.Identifier(schema)})
