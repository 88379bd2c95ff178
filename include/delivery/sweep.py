"""Delete what the catalogue shared and nobody refers to any more: images, prices, tags and instructors that delivery made.

Rows that Learn's own loaders or its staff made are never looked at. Who may refer to a row follows from the contract's foreign keys.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from psycopg import sql

from include.contracts.tables import TABLES
from include.delivery import statements
from include.delivery.model import DeliverySettings
from include.delivery.sessions import exclusive_writer, in_transaction
from include.delivery.statements import Link

log = logging.getLogger(__name__)

SHARED = tuple(f"learning_resources_learningresource{name}" for name in ("image", "price", "contenttag", "instructor"))


def references(table: str) -> Iterator[tuple[str, str]]:
    """The columns (table, column) of Learn that refer to rows of ``table``."""
    for name, model in TABLES.items():
        for column in model.columns():
            if column.references and column.references.table == table:
                yield name, column.name


def sweep(learn: Link, run_key: str, clock: Callable[[], datetime], *, settings: DeliverySettings | None = None) -> dict[str, int]:
    """Delete them, one transaction per table; returns how many rows of each. The connection must be idle.

    Somebody of Learn who takes a row up while it is deleted makes one of the two transactions fail; ours is tried again.

    :raises LearnBusy: locks or connections; worth another try.
    """
    settings = settings or DeliverySettings()
    swept = {}
    with exclusive_writer(learn, settings, run_key):
        for table in SHARED:
            swept[table] = in_transaction(learn, settings, table, run_key, partial(_sweep, learn, table, clock()))
    log.info("event=rows_swept run=%s %s", run_key, " ".join(f"{table}={rows}" for table, rows in swept.items()))
    return swept


def _sweep(learn: Link, table: str, now: datetime) -> int:
    unused = sql.SQL(" and ").join(
        sql.SQL("not exists (select 1 from {} as r where r.{} = m.row_id)").format(sql.Identifier(name), sql.Identifier(column))
        for name, column in references(table)
    )
    return statements.run(learn, statements.read("sweep"), {"table": table, "now": now}, {"table": sql.Identifier(table), "unused": unused})
