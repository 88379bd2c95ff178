"""The schema ``pipelines`` in Learn's database: ledger, outbox, removals held back."""

from __future__ import annotations

import hashlib

from psycopg import sql

from include.delivery import statements
from include.delivery.statements import Link


def ensure_schema(connection: Link) -> None:
    """Bring ``pipelines`` to what ``sql/pipelines.sql`` says; touches nothing, and takes no lock, when all is there.

    The schema's comment tells which text it was made by. The schema itself is created only when absent: the role of deliveries owns it
    and may not create others.
    """
    made = statements.read("pipelines")
    version = hashlib.sha256("".join(statement.text for statement in made).encode()).hexdigest()
    tables = [f"pipelines.{statement.name}" for statement in made if "create table" in statement.text]
    with connection.transaction():
        found = connection.execute(
            "select obj_description(to_regnamespace('pipelines'), 'pg_namespace'),"
            " (select bool_and(to_regclass(n.name) is not null) from unnest(%s::text[]) as n (name))",
            [tables],
        ).fetchone()
        if found == (version, True):
            return
        if connection.execute("select to_regnamespace('pipelines')").fetchone() == (None,):
            connection.execute("create schema pipelines")
        statements.run(connection, made, {}, {})
        connection.execute(sql.SQL("comment on schema pipelines is {}").format(sql.Literal(version)))
