"""The schema ``pipelines`` in Learn's database: ledger, outbox, removals held back."""

from __future__ import annotations

from include.delivery import statements
from include.delivery.statements import Link


def ensure_schema(connection: Link) -> None:
    """Create what is missing of ``pipelines``; touches nothing, and takes no lock, when all is there.

    The schema itself is created only when absent: the role of deliveries owns it and may not create others.
    """
    made = statements.read("pipelines")
    with connection.transaction():
        names = [f"pipelines.{statement.name}" for statement in made]
        missing = connection.execute(
            "select count(*) from unnest(%s::text[]) as n (name) where to_regclass(n.name) is null", [names]
        ).fetchone()
        if missing == (0,):
            return
        if connection.execute("select to_regnamespace('pipelines')").fetchone() == (None,):
            connection.execute("create schema pipelines")
        statements.run(connection, made, {}, {})
