"""Bring Learn's tables to the state of the marts.

Only units whose hash differs from the one delivered last are written, in chunks; each chunk is one transaction of rows, ledger and
outbox. Killed anywhere, the next delivery goes on; run twice, the second writes nothing. Removal is ``published = false``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Literal

from psycopg import sql

from include.delivery import statements
from include.delivery.chunk import COLUMN_NAMES, Chunk, Delivery, deliver_chunk
from include.delivery.columns import CATALOG_UNIT
from include.delivery.guard import over_cap
from include.delivery.marts import MART_TABLES, pass_through, require_published
from include.delivery.model import DeliveryResult, DeliverySettings
from include.delivery.schema import ensure_schema
from include.delivery.sessions import exclusive_writer, in_transaction, snapshot
from include.delivery.statements import Link

log = logging.getLogger(__name__)

# Courses before programs, so that a parent finds its children; removals last, so that a row adopted under another key is not hidden.
PHASES = {1: "courses", 2: "programs", 3: "removals"}


def deliver(
    warehouse_conn: Link,
    learn_conn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    *,
    chunk_units: int = 1000,
    first_load_created_on: Literal["clock", "source"] = "clock",
    release_removals: bool | Collection[str] = False,
    settings: DeliverySettings | None = None,
) -> dict[str, DeliveryResult]:
    """Deliver what differs between ``marts`` and Learn; returns counts of this call per source.

    Both connections must be idle. All rows get one ``clock`` reading as ``updated_on``.

    :param run_key: recorded with every row of ledger and outbox. A repeated call with the same key adds to the same counts.
    :param chunk_units: units per transaction; the outcome does not depend on it.
    :param first_load_created_on: ``source``: resources of a source that was never delivered to the end before get a
        ``created_on`` at least two days old (the source's own date when it has one), so that nobody is mailed about them.
    :param release_removals: deliver removals that the guard would hold back: of all sources, or of the named ones.
    :raises NotPublished: the marts are being rebuilt or did not pass their tests.
    :raises LearnBusy: locks or connections; worth another try.
    :raises ContractBroken: Learn or a mart is not as the contract says, or reference data is missing.
    """
    settings = settings or DeliverySettings()
    with exclusive_writer(learn_conn, settings, run_key), snapshot(warehouse_conn, settings, (("ops", "mart_state"), *MART_TABLES)):
        require_published(warehouse_conn, run_key)
        ensure_schema(learn_conn)
        delivery = Delivery(warehouse_conn, learn_conn, run_key, clock(), settings)
        try:
            results = _plan(delivery, release_removals)
            for chunk in _chunks(delivery, chunk_units, backdate=first_load_created_on == "source"):
                results[chunk.source] = results.get(chunk.source, DeliveryResult()) + deliver_chunk(delivery, chunk)
            _recorded(delivery, "counts", "finish_run")
        finally:
            _drop_session_tables(learn_conn)
    for source, result in results.items():
        log.info("event=delivered run=%s source=%s %s", run_key, source, _told(result))
    return results


def _told(result: DeliveryResult) -> str:
    names = ("considered", "inserted", "updated", "unpublished", "held_back", "unchanged", "attached", "rows_written")
    return " ".join(f"{name}={getattr(result, name)}" for name in names)


def _plan(delivery: Delivery, release_removals: bool | Collection[str]) -> dict[str, DeliveryResult]:
    """Fill ``planned_unit``, hold back what the guard says, open the run in the ledger; returns what is known per source."""
    learn = delivery.learn
    _drop_session_tables(learn)
    statements.run(learn, statements.read("temp_tables"), {}, COLUMN_NAMES)

    def fill() -> None:
        learn.execute("truncate incoming_unit")
        learn.execute("drop table if exists pg_temp.planned_unit")
        pass_through(delivery.warehouse, learn, "marts", CATALOG_UNIT)
        learn.execute("analyze incoming_unit")
        sources = learn.execute("select etl_source from incoming_unit union select etl_source from pipelines.delivered_unit").fetchall()
        every = [source for (source,) in sources]
        released = every if release_removals is True else list(release_removals or ())
        statements.run(learn, statements.read("plan"), {"released": released}, {})
        held = []
        for source, leaving, published, incoming in learn.execute(statements.find("guard", "leaving_per_source").compose({})):
            if source not in released and over_cap(leaving, published, incoming):
                held.append(source)
                log.warning("event=removals_held source=%s leaving=%s published=%s", source, leaving, published)
        parameters = {"sources": held, "now": delivery.now, "run_key": delivery.run_key}
        for statement in statements.read("guard")[1:]:
            statements.run(learn, [statement], parameters, {})

    in_transaction(learn, delivery.settings, "plan", delivery.run_key, fill)
    opened = learn.execute(
        "select etl_source, considered, held_back from pipelines.delivery_run where run_key = %s", [delivery.run_key]
    ).fetchall()
    return {source: DeliveryResult(considered=considered, held_back=held_back) for source, considered, held_back in opened}


def _chunks(delivery: Delivery, chunk_units: int, *, backdate: bool) -> Iterator[Chunk]:
    """The chunks in order of delivery. The last ones are asked for when the others are written."""
    young = {source for (source,) in _asked(delivery, "first_loads")} if backdate else set()
    for phase, source, _units in _asked(delivery, "planned_groups"):
        after = ""
        while keys := [key for (key,) in _asked(delivery, "planned_keys", phase=phase, source=source, after=after, units=chunk_units)]:
            yield Chunk(PHASES[phase], source, keys, backdate=source in young)
            after = keys[-1]
    for source, waiting in groupby(_asked(delivery, "arrived"), key=lambda row: row[1]):
        while keys := [key for key, _source in islice(waiting, chunk_units)]:
            yield Chunk("arrivals", source, keys, backdate=source in young)


def _asked(delivery: Delivery, name: str, **parameters: object) -> list[tuple[Any, ...]]:
    return delivery.learn.execute(statements.find("chunk", name).compose({}), parameters).fetchall()


def _recorded(delivery: Delivery, file: str, name: str) -> None:
    parameters = {"run_key": delivery.run_key, "now": delivery.now}
    statements.run(delivery.learn, [statements.find(file, name)], parameters, {})


def _drop_session_tables(connection: Link) -> None:
    if connection.closed:
        return
    names = [statement.name for statement in statements.read("temp_tables")]
    for name in (*names, "planned_unit"):
        connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier("pg_temp", name)))
