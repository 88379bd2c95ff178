"""Bring Learn's tables to the state of the marts of the catalogue.

Only units whose hash differs from the one delivered last are written, in chunks; each chunk is one transaction of rows, ledger and
outbox. Killed anywhere, the next delivery goes on; run twice, the second writes nothing. Removal is ``published = false``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import groupby, islice
from typing import Literal

from include.delivery.chunk import COLUMN_NAMES, Chunk, Delivery, deliver_chunk
from include.delivery.columns import CATALOG_UNIT, UNIT_TABLES
from include.delivery.model import ALL_ON, DeliveryResult, DeliverySettings, Modes, Release
from include.delivery.planning import Subject, asked, finish, make_plan, planned_chunks, session
from include.delivery.statements import Link

CATALOG = Subject(
    mart="catalog",
    units=CATALOG_UNIT,
    others=UNIT_TABLES,
    temp_tables="temp_tables",
    plan="plan",
    sources="catalog_sources",
    # Children before what holds them: materials before courses, both before programs, playlists and podcasts. Removals last, so that a
    # row adopted under another key is not hidden.
    phases={1: "materials", 2: "courses", 3: "collections", 4: "removals"},
    names=COLUMN_NAMES,
)


def deliver(
    warehouse_conn: Link,
    learn_conn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    *,
    chunk_units: int = 1000,
    first_load_created_on: Literal["clock", "source"] = "clock",
    release_removals: bool | Collection[str] = False,
    decided_by: str = "",
    modes: Modes = ALL_ON,
    settings: DeliverySettings | None = None,
) -> dict[str, DeliveryResult]:
    """Deliver what differs between ``marts`` and Learn; returns counts of this call per source.

    Both connections must be idle. All rows get one ``clock`` reading as ``updated_on``.

    :param run_key: recorded with every row of ledger and outbox. A repeated call with the same key adds to the same counts.
    :param chunk_units: units per transaction; the outcome does not depend on it.
    :param first_load_created_on: ``source``: resources of a source that was never delivered to the end before get a
        ``created_on`` at least two days old (the source's own date when it has one), so that nobody is mailed about them.
    :param release_removals: deliver removals that the guard holds back: of all sources, or of the named ones; ``decided_by`` said so.
    :param modes: feeds whose mode is not ``on`` are passed over; one that was switched on is compared with what Learn has by now.
    :raises NotPublished: the marts are being rebuilt or did not pass their tests.
    :raises LearnBusy: locks or connections; worth another try.
    :raises ContractBroken: Learn or a mart is not as the contract says, or reference data is missing.
    """
    with session(CATALOG, warehouse_conn, learn_conn, run_key, clock, settings, modes) as delivery:
        return deliver_units(delivery, chunk_units, Release(release_removals, decided_by), backdate=first_load_created_on == "source")


def deliver_units(delivery: Delivery, chunk_units: int, release: Release, *, backdate: bool = False) -> dict[str, DeliveryResult]:
    """Plan and write what differs, wherever the session is; returns counts per source."""
    results = make_plan(delivery, CATALOG, release)
    for chunk in _chunks(delivery, chunk_units, backdate=backdate):
        results[chunk.source] = results.get(chunk.source, DeliveryResult()) + deliver_chunk(delivery, chunk)
    finish(delivery, results)
    return results


def _chunks(delivery: Delivery, chunk_units: int, *, backdate: bool) -> Iterator[Chunk]:
    """The planned chunks, then the units that wait for what has arrived."""
    young = {source for (source,) in asked(delivery, "chunk", "first_loads")} if backdate else set()
    yield from planned_chunks(delivery, CATALOG, chunk_units, young)
    for source, waiting in groupby(asked(delivery, "chunk", "arrived"), key=lambda row: row[1]):
        while keys := [key for key, _source in islice(waiting, chunk_units)]:
            yield Chunk("arrivals", source, keys, backdate=source in young)
