"""One chunk of units: copied, compared and written in one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import sql

from include.delivery import details, links, statements
from include.delivery.columns import RESOURCE_COLUMNS, RESOURCE_UPDATES, RUN_COLUMNS, RUN_UPDATES, UNIT_TABLES, Received
from include.delivery.marts import pass_through
from include.delivery.model import ALL_ON, DeliveryResult, DeliverySettings, Mode, Modes
from include.delivery.sessions import in_transaction
from include.delivery.statements import Link, Names
from include.errors import ContractBroken

log = logging.getLogger(__name__)

COLUMN_NAMES: Names = {
    "image_of_row": statements.find("expressions", "image_of_row").compose({}),
    "resource_columns": statements.columns(RESOURCE_COLUMNS),
    "i_resource_columns": statements.columns(RESOURCE_COLUMNS, "i"),
    "resource_updates": statements.columns(RESOURCE_UPDATES),
    "i_resource_updates": statements.columns(RESOURCE_UPDATES, "i"),
    "r_resource_updates": statements.columns(RESOURCE_UPDATES, "r"),
    "run_columns": statements.columns(RUN_COLUMNS),
    "i_run_columns": statements.columns(RUN_COLUMNS, "i"),
    "run_updates": statements.columns(RUN_UPDATES),
    "i_run_updates": statements.columns(RUN_UPDATES, "i"),
    "r_run_updates": statements.columns(RUN_UPDATES, "r"),
}


@dataclass(frozen=True)
class Delivery:
    """What all chunks of one delivery share.

    :ivar now: the one moment that the whole delivery writes.
    :ivar mode: feeds in another mode of ``modes`` are not there for this delivery.
    """

    warehouse: Link
    learn: Link
    run_key: str
    now: datetime
    settings: DeliverySettings
    modes: Modes = ALL_ON
    mode: Mode = "on"

    def passes_over(self, source: str) -> bool:
        """Whether a feed is not of this delivery."""
        return self.modes.of(source) != self.mode


@dataclass(frozen=True)
class Chunk:
    """Units of one source that are written together, in order."""

    kind: str
    source: str
    keys: Sequence[str]
    backdate: bool = False

    @property
    def where(self) -> str:
        """How a person finds the chunk."""
        return f"{self.kind} {self.keys[0]} .. {self.keys[-1]} ({len(self.keys)} units)"

    def parameters(self, delivery: Delivery) -> dict[str, object]:
        """What the statements of a chunk are given."""
        return {
            "now": delivery.now,
            "run_key": delivery.run_key,
            "source": self.source,
            "keys": list(self.keys),
            "backdate": self.backdate,
        }


def deliver_chunk(delivery: Delivery, chunk: Chunk) -> DeliveryResult:
    """Write a chunk: rows, ledger, outbox and counts in one transaction. A chunk that is written twice writes nothing the second time."""
    began = time.monotonic()
    work = _remove if chunk.kind == "removals" else _upsert
    result = in_transaction(
        delivery.learn, delivery.settings, chunk.where, delivery.run_key, lambda: _recorded(delivery, chunk, work(delivery, chunk))
    )
    log.info(
        "event=chunk_delivered source=%s kind=%s units=%s inserted=%s updated=%s unpublished=%s rows=%s seconds=%.2f",
        chunk.source,
        chunk.kind,
        len(chunk.keys),
        result.inserted,
        result.updated,
        result.unpublished,
        result.rows_written,
        time.monotonic() - began,
    )
    return result


def _upsert(delivery: Delivery, chunk: Chunk) -> int:
    learn, parameters = delivery.learn, chunk.parameters(delivery)
    statements.run(learn, [statements.find("chunk", "take_chunk")], parameters, {})
    filled = [table for table in UNIT_TABLES if pass_through(delivery.warehouse, learn, "marts", table, list(chunk.keys))]
    learn.execute(sql.SQL("analyze {}").format(sql.SQL(", ").join([sql.Identifier("chunk_unit"), *map(_keys_of, filled)])))
    _refuse_unknown_codes(delivery, chunk)
    written = _run_files(learn, ("match", "shared_rows", "resources", "channels"), parameters)
    written += sum(details.write(learn, detail, parameters) for detail in details.DETAILS)
    written += _run_files(learn, ("runs",), parameters)
    written += sum(links.replace(learn, link, parameters) for link in links.LINKS)
    return written + _run_files(learn, ("channel_state", "pending"), parameters)


def _keys_of(table: Received) -> sql.Composed:
    """A session table with what it is joined by; to look at all columns would take as long as to write them."""
    keys = [name for name in ("resource_key", "run_id") if name in table.names]
    return sql.SQL("{} ({})").format(sql.Identifier(table.into), statements.columns(keys))


def _remove(delivery: Delivery, chunk: Chunk) -> int:
    return _run_files(delivery.learn, ("remove", "channel_state"), chunk.parameters(delivery))


def _run_files(learn: Link, files: Sequence[str], parameters: dict[str, object]) -> int:
    return sum(statements.run(learn, statements.read(file), parameters, COLUMN_NAMES) for file in files)


def _refuse_unknown_codes(delivery: Delivery, chunk: Chunk) -> None:
    unknown = delivery.learn.execute(statements.find("checks", "unknown_codes").compose({})).fetchall()
    if unknown:
        raise ContractBroken(
            "Learn does not have " + ", ".join(f"{kind} {code!r} (of {sample})" for kind, code, sample in unknown) + ".",
            source=chunk.source,
            run=delivery.run_key,
            where=chunk.where,
            what_to_do="Deliver the reference data first (deliver_reference), or correct the seeds.",
        )


def _recorded(delivery: Delivery, chunk: Chunk, rows_written: int) -> DeliveryResult:
    learn, parameters = delivery.learn, chunk.parameters(delivery)
    statements.run(learn, statements.read("ledger"), parameters, {})
    counts = learn.execute(statements.find("counts", "chunk_counts").compose({})).fetchone() or (0, 0, 0)
    inserted, updated, unpublished = counts
    result = DeliveryResult(inserted=inserted, updated=updated, unpublished=unpublished, rows_written=rows_written)
    if chunk.kind == "arrivals":
        result = replace(DeliveryResult(), attached=len(chunk.keys), rows_written=rows_written)
    add_to_run(delivery, chunk, result)
    return result


def add_to_run(delivery: Delivery, chunk: Chunk, result: DeliveryResult) -> None:
    """Add the counts of a chunk to its run, in the transaction of the chunk."""
    added = {name: getattr(result, name) for name in ("inserted", "updated", "unpublished", "attached", "rows_written")}
    statements.run(delivery.learn, [statements.find("counts", "add_to_run")], {**chunk.parameters(delivery), **added}, {})
