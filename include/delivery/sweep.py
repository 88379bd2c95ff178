"""Delete what the catalogue shared and nobody refers to any more: images, prices, tags and instructors that delivery made.

Rows that Learn's own loaders or its staff made are never looked at. Who may refer to a row follows from the contract's foreign keys.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial

from psycopg import sql

from include.contracts.tables import TABLES
from include.delivery import statements
from include.delivery.model import DeliverySettings
from include.delivery.sessions import exclusive_writer, in_transaction
from include.delivery.statements import Link

log = logging.getLogger(__name__)

SHARED = {kind: f"learning_resources_learningresource{kind}" for kind in ("image", "price", "contenttag", "instructor")}
"""Tables by the kind that ``pipelines.made_row`` calls their rows."""


def references(table: str) -> Iterator[tuple[str, str]]:
    """The columns (table, column) of Learn that refer to rows of ``table``."""
    for name, model in TABLES.items():
        for column in model.columns():
            if column.references and column.references.table == table:
                yield name, column.name


def sweep(learn: Link, run_key: str, *, settings: DeliverySettings | None = None) -> dict[str, int]:
    """Delete them, one transaction per table; returns how many rows of each kind. The connection must be idle.

    Somebody of Learn who takes a row up while it is deleted makes one of the two transactions fail; ours is tried again.

    :raises LearnBusy: locks or connections; worth another try.
    """
    settings = settings or DeliverySettings()
    swept = {}
    with exclusive_writer(learn, settings, run_key):
        for kind, table in SHARED.items():
            swept[kind] = in_transaction(learn, settings, table, run_key, partial(_sweep, learn, kind))
    log.info("event=rows_swept run=%s %s", run_key, " ".join(f"{kind}={rows}" for kind, rows in swept.items()))
    return swept


def _sweep(learn: Link, kind: str) -> int:
    table = SHARED[kind]
    unused = sql.SQL(" and ").join(
        sql.SQL("not exists (select 1 from {} as r where r.{} = m.row_id)").format(sql.Identifier(name), sql.Identifier(column))
        for name, column in references(table)
    )
    return statements.run(learn, statements.read("sweep"), {"kind": kind}, {"table": sql.Identifier(table), "unused": unused})
