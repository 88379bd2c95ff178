"""Deliver the view events of PostHog, and count what they add up to (sources.md 2.15).

An event is known by its uuid, so it counts once however often it is exported, landed or delivered. Of the table of resources one column
is written, `view_count`; the database role has the right to no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from psycopg import sql

from include.delivery import statements
from include.delivery.model import DeliverySettings
from include.delivery.sessions import exclusive_writer, in_transaction, snapshot
from include.delivery.statements import Link

log = logging.getLogger(__name__)

RAW_TABLE = ("raw", "posthog__views")
CHUNKS_PER_TRANSACTION = 20
"""A chunk is a row group of an export, some thousand events."""
LATEST = sql.SQL(
    "select distinct on (record_key) record_key, encode(content_hash, 'hex'), version_id, is_removed from {}"
    " order by record_key, observed_at desc, version_id desc"
)
EVENTS = sql.SQL(
    "copy (select view.event_uuid, view.event_date, view.resource_id from {} as version,"
    " jsonb_to_recordset(version.payload -> 'views') as view (event_uuid uuid, event_date timestamptz, resource_id integer)"
    " where version.version_id = any({})) to stdout"
)


@dataclass(frozen=True)
class ViewsResult:
    """Events that are new in Learn (adopted ones included), events of resources that Learn lacks, counts that changed."""

    added: int = 0
    unknown: int = 0
    recounted: int = 0


@dataclass(frozen=True)
class _Chunk:
    record_key: str
    content_hash: str
    version: int


def deliver_views(
    warehouse: Link, learn: Link, run_key: str, clock: Callable[[], datetime], *, settings: DeliverySettings | None = None
) -> ViewsResult:
    """Deliver what was landed and not delivered, then count the resources that were viewed. Both connections must be idle.

    Killed anywhere, the next call goes on; called twice, the second writes nothing.

    :raises NotPublished: no view event was ever loaded.
    :raises LearnBusy: locks or connections; worth another try.
    """
    settings = settings or DeliverySettings()
    now = clock()
    added = unknown = 0
    with exclusive_writer(learn, settings, run_key), snapshot(warehouse, settings, (RAW_TABLE,)):
        pending = _pending(warehouse, learn)
        while chunks := list(islice(pending, CHUNKS_PER_TRANSACTION)):
            where = f"{chunks[0].record_key} .. {chunks[-1].record_key}"

            def work(chunks: Sequence[_Chunk] = chunks) -> tuple[int, int]:
                return _deliver(warehouse, learn, chunks, {"now": now, "run_key": run_key})

            new, passed_over = in_transaction(learn, settings, where, run_key, work)
            added, unknown = added + new, unknown + passed_over
        recount = [statements.find("views", "recount")]
        parameters = {"now": now, "run_key": run_key}
        recounted = in_transaction(learn, settings, "view_count", run_key, lambda: statements.run(learn, recount, parameters, {}))
    log.info("event=views_delivered run=%s added=%d unknown=%d recounted=%d", run_key, added, unknown, recounted)
    return ViewsResult(added, unknown, recounted)


def _pending(warehouse: Link, learn: Link) -> Iterator[_Chunk]:
    """Landed chunks whose content is not the one that was delivered, in the order in which they were loaded."""
    delivered: dict[str, str] = dict(learn.execute("select record_key, content_hash from pipelines.delivered_views").fetchall())
    latest = warehouse.execute(LATEST.format(sql.Identifier(*RAW_TABLE))).fetchall()
    chunks = (_Chunk(key, digest, version) for key, digest, version, is_removed in latest if not is_removed)
    yield from sorted((chunk for chunk in chunks if delivered.get(chunk.record_key) != chunk.content_hash), key=lambda chunk: chunk.version)


def _deliver(warehouse: Link, learn: Link, chunks: Sequence[_Chunk], facts: dict[str, object]) -> tuple[int, int]:
    """(events added, events of unknown resources) of some chunks, in the caller's transaction."""
    learn.execute(statements.find("views", "make_incoming").compose({}))
    copied = EVENTS.format(sql.Identifier(*RAW_TABLE), sql.Literal([chunk.version for chunk in chunks]))
    target = "copy incoming_view (event_uuid, event_date, resource_id) from stdin"
    with warehouse.cursor() as reader, learn.cursor() as writer, reader.copy(copied) as rows, writer.copy(target) as sink:
        for block in rows:
            sink.write(block)
    learn.execute("analyze incoming_view")
    found = learn.execute(statements.find("views", "count_unknown").compose({})).fetchone()
    parameters = {**facts, "keys": [chunk.record_key for chunk in chunks], "hashes": [chunk.content_hash for chunk in chunks]}
    names = ("adopt_events", "insert_events", "note_viewed", "record_chunks")
    added = statements.run(learn, [statements.find("views", name) for name in names], parameters, {})
    return added, int(found[0]) if found else 0
