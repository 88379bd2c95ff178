"""Bring Learn's tables of news and events to the state of their marts.

The unit is an item with its detail; the ledger, the chunks and the guard are those of the catalogue. What differs is Learn's own rule
(sources.md 7.0): an item that left its feed, or an event that is over, is deleted. It stays when the guard says that too many leave.
No search index is involved.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from include.delivery import statements
from include.delivery.chunk import Chunk, Delivery, add_to_run
from include.delivery.columns import FEED_ITEM_UNIT, ITEM_TABLES, NEWS_SOURCES
from include.delivery.guard import NEWS_CAP
from include.delivery.marts import pass_through
from include.delivery.model import ALL_ON, DeliveryResult, DeliverySettings, Modes, Release
from include.delivery.planning import Subject, asked, finish, make_plan, planned_chunks, session
from include.delivery.sessions import in_transaction
from include.delivery.statements import Link

log = logging.getLogger(__name__)

REMOVALS = "removals"
NEWS = Subject(
    mart="news",
    units=FEED_ITEM_UNIT,
    others=(NEWS_SOURCES, *ITEM_TABLES),
    temp_tables="news_temp_tables",
    plan="news_plan",
    sources="news_sources",
    phases={1: "items", 2: REMOVALS},
    cap=NEWS_CAP,
)
LAST_READ = "select source, max(observed_at) from ops.loads where source = any(%s) group by source"


def deliver_news(
    warehouse_conn: Link,
    learn_conn: Link,
    run_key: str,
    clock: Callable[[], datetime],
    *,
    chunk_units: int = 500,
    release_removals: bool | Collection[str] = False,
    decided_by: str = "",
    modes: Modes = ALL_ON,
    settings: DeliverySettings | None = None,
) -> dict[str, DeliveryResult]:
    """Deliver what differs between the marts of news and Learn; returns counts of this call per feed (``unpublished``: deleted).

    Parameters and errors are those of ``include.delivery.deliver``.
    """
    with session(NEWS, warehouse_conn, learn_conn, run_key, clock, settings, modes) as delivery:
        results = make_plan(delivery, NEWS, Release(release_removals, decided_by), before=partial(_receive_feeds, delivery))
        for (feed,) in asked(delivery, NEWS.sources, "changed_feeds"):
            if delivery.passes_over(feed):
                continue
            _add(results, feed, _write(delivery, Chunk("feed", feed, [feed]), _feed))
        for chunk in planned_chunks(delivery, NEWS, chunk_units):
            _add(results, chunk.source, _write(delivery, chunk, _remove if chunk.kind == REMOVALS else _upsert))
        in_transaction(delivery.learn, delivery.settings, "sweep", run_key, partial(_sweep, delivery))
        finish(delivery, results)
    return results


def _add(results: dict[str, DeliveryResult], feed: str, result: DeliveryResult) -> None:
    results[feed] = results.get(feed, DeliveryResult()) + result


def _receive_feeds(delivery: Delivery) -> None:
    """The feeds, and when each was last read."""
    learn = delivery.learn
    learn.execute("truncate incoming_feed, feed_read")
    pass_through(delivery.warehouse, learn, "marts", NEWS_SOURCES)
    feeds = [feed for (feed,) in learn.execute("select feed from incoming_feed").fetchall()]
    with learn.cursor() as cursor:
        cursor.executemany(
            "insert into feed_read (feed, read_at) values (%s, %s)", delivery.warehouse.execute(LAST_READ, [feeds]).fetchall()
        )


def _write(delivery: Delivery, chunk: Chunk, work: Callable[[Delivery, Chunk], DeliveryResult]) -> DeliveryResult:
    """A chunk in one transaction of rows, ledger and counts."""

    def write() -> DeliveryResult:
        result = work(delivery, chunk)
        add_to_run(delivery, chunk, result)
        return result

    result = in_transaction(delivery.learn, delivery.settings, chunk.where, delivery.run_key, write)
    log.info(
        "event=chunk_delivered source=%s kind=%s units=%d inserted=%d updated=%d deleted=%d rows=%d",
        chunk.source, chunk.kind, len(chunk.keys), result.inserted, result.updated, result.unpublished, result.rows_written,
    )  # fmt: skip
    return result


def _run(delivery: Delivery, chunk: Chunk, *files: str) -> int:
    return sum(statements.run(delivery.learn, statements.read(file), chunk.parameters(delivery), {}) for file in files)


def _feed(delivery: Delivery, chunk: Chunk) -> DeliveryResult:
    return DeliveryResult(rows_written=_run(delivery, chunk, "news_images", "news_feed"))


def _upsert(delivery: Delivery, chunk: Chunk) -> DeliveryResult:
    take, record, counts = statements.read("news_chunk")
    parameters = chunk.parameters(delivery)
    statements.run(delivery.learn, [take], parameters, {})
    for table in ITEM_TABLES:
        pass_through(delivery.warehouse, delivery.learn, "marts", table, list(chunk.keys))
    written = _run(delivery, chunk, "news_images", "news_items")
    statements.run(delivery.learn, [record], parameters, {})
    inserted, updated = delivery.learn.execute(counts.compose({})).fetchone() or (0, 0)
    return DeliveryResult(inserted=inserted, updated=updated, rows_written=written)


def _remove(delivery: Delivery, chunk: Chunk) -> DeliveryResult:
    return DeliveryResult(unpublished=len(chunk.keys), rows_written=_run(delivery, chunk, "news_remove"))


def _sweep(delivery: Delivery) -> None:
    swept = statements.run(delivery.learn, statements.read("news_sweep"), {}, {})
    log.info("event=images_swept run=%s images=%d", delivery.run_key, swept)
