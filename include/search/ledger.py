"""The outbox and the ledger of the index, in the schema ``pipelines`` of Learn's database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import psycopg

from include.errors import SearchError
from include.search.bulk import Answer, Outcome
from include.search.statements import statement

TABLES = (
    "indexed_document",
    "rejected_document",
    "sync_run",
    "shown_row",
    "physical_index",
    "candidate_document",
    "reconciled_difference",
)
LOCK_NAME = "pipelines.sync_search_index"
LOCK_TIMEOUT_SECONDS = 60
SAMPLE_CHARACTERS = 300

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Pending:
    """A resource with outbox entries: ``sequences`` ascending, ``held_hash`` of the document that the index acknowledged.

    ``version`` is the external version of the next write: the last sequence, unless the index holds a later one already.
    """

    resource_id: int
    resource_type: str
    sequences: tuple[int, ...]
    held_hash: bytes | None
    version: int


@dataclass(frozen=True)
class Run:
    """A sync in the ledger. ``in_doubt`` is the horizon up to which an earlier, unfinished sync may have written."""

    sync_run_id: int
    run_key: str
    horizon: int
    in_doubt: int


@dataclass(frozen=True)
class SyncResult:
    """Resources, not outbox entries. ``unchanged`` counts what needed no write, a deletion of an absent document included.

    ``noticed`` counts those that were considered because a row that their documents show was changed by others.
    """

    considered: int = 0
    indexed: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: int = 0
    reenqueued: int = 0
    noticed: int = 0

    def __add__(self, other: SyncResult) -> SyncResult:
        return SyncResult(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def ensure_schema(connection: Connection) -> None:
    """Make the ledger's tables where they are missing, as the owner of the schema ``pipelines``; else touch nothing.

    The outbox belongs to delivery (``include.delivery.schema``).
    """
    (missing,) = connection.execute(
        "select count(*) from unnest(%s::text[]) as name where to_regclass('pipelines.' || name) is null", [list(TABLES)]
    ).fetchall()
    if missing[0]:
        connection.execute(statement("schema"))


@contextmanager
def exclusive(connection: Connection, name: str = LOCK_NAME, what: str = "sync of the search index") -> Iterator[None]:
    """Hold an advisory lock on this session; a process that was killed loses it with its connection.

    :raises SearchError: another session held it for a minute.
    """
    try:
        with connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", [f"{LOCK_TIMEOUT_SECONDS}s"])
            connection.execute("select pg_advisory_lock(hashtext(%s))", [name])
    except psycopg.errors.LockNotAvailable as error:
        raise SearchError(
            f"Another {what} is running.",
            what_to_do="Nothing: it does the same work. Run again when it has ended.",
        ) from error
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(hashtext(%s))", [name])


def begin(connection: Connection, run_key: str, now: datetime, reenqueued: int = 0, noticed: int = 0) -> Run:
    """Write the run down before anything is sent, so that a killed sync can be told from a finished one."""
    (row,) = connection.execute(
        """
        insert into pipelines.sync_run (run_key, started_at, horizon, reenqueued, noticed)
        select %s, %s, greatest((select max(sequence) from pipelines.outbox), max(horizon), 0), %s, %s from pipelines.sync_run
        returning sync_run_id, horizon,
            (select coalesce(max(horizon), 0) from pipelines.sync_run where finished_at is null)
        """,
        [run_key, now, reenqueued, noticed],
    ).fetchall()
    return Run(sync_run_id=row[0], run_key=run_key, horizon=row[1], in_doubt=row[2])


def finish(connection: Connection, run: Run, now: datetime, result: SyncResult) -> None:
    """The outbox up to the horizon is done; so are the unfinished runs before this one, whose entries were in it."""
    connection.execute(
        """
        update pipelines.sync_run
        set considered = %s, indexed = %s, deleted = %s, unchanged = %s, rejected = %s
        where sync_run_id = %s
        """,
        [result.considered, result.indexed, result.deleted, result.unchanged, result.rejected, run.sync_run_id],
    )
    connection.execute(
        "update pipelines.sync_run set finished_at = %s where finished_at is null and sync_run_id <= %s",
        [now, run.sync_run_id],
    )


def batches(connection: Connection, horizon: int, entries: int) -> Iterator[list[Pending]]:
    """The outbox up to ``horizon`` in sequence order, ``entries`` at a time; reads without locks, delivery goes on."""
    after = 0
    while True:
        rows = connection.execute(statement("read_batch"), {"after": after, "horizon": horizon, "entries": entries}).fetchall()
        if not rows:
            return
        batch = [Pending(row[0], row[1], tuple(row[2]), row[3], row[4]) for row in rows]
        after = max(pending.sequences[-1] for pending in batch)
        yield batch


def acknowledge(connection: Connection, run: Run, now: datetime, settled: Sequence[Pending], answers: Sequence[Answer]) -> None:
    """Record the answers and take the settled resources' entries out of the outbox, in one transaction.

    Exactly the entries that were read are deleted, so an entry that was committed late under a lower number stays.
    """
    indexed = [answer.operation for answer in answers if answer.outcome is Outcome.INDEXED]
    gone = [answer.operation.resource_id for answer in answers if answer.outcome in (Outcome.DELETED, Outcome.ABSENT)]
    rejected = [answer for answer in answers if answer.outcome is Outcome.REJECTED]
    accepted = {pending.resource_id for pending in settled} - {answer.operation.resource_id for answer in rejected}
    moment = {"now": now, "run_key": run.run_key}
    with connection.transaction():
        connection.execute(
            statement("record_indexed"),
            {
                "ids": [operation.resource_id for operation in indexed],
                "types": [operation.resource_type for operation in indexed],
                "hashes": [operation.digest for operation in indexed],
                "versions": [operation.version for operation in indexed],
                **moment,
            },
        )
        connection.execute("delete from pipelines.indexed_document where resource_id = any(%s)", [gone])
        connection.execute("delete from pipelines.rejected_document where resource_id = any(%s)", [list(accepted)])
        record_rejected(connection, rejected, run.run_key, now)
        done = [sequence for pending in settled for sequence in pending.sequences]
        connection.execute("delete from pipelines.outbox where sequence = any(%s)", [done])


def record_rejected(connection: Connection, rejected: Sequence[Answer], run_key: str, now: datetime) -> None:
    """Write down which documents an index refused, with the reason of each."""
    for answer in rejected:
        operation = answer.operation
        facts = {
            "resource_id": operation.resource_id,
            "resource_type": operation.resource_type,
            "version": operation.version,
            "reason": answer.reason,
            "sample": (operation.text or "")[:SAMPLE_CHARACTERS],
        }
        connection.execute(statement("record_rejected"), {**facts, "now": now, "run_key": run_key})


def enqueue_rejected(connection: Connection, run_key: str, now: datetime) -> int:
    """Put every rejected document into the outbox again; returns how many."""
    rows = connection.execute("select resource_id, resource_type from pipelines.rejected_document").fetchall()
    reenqueue(connection, rows, "retry_rejected", run_key, now)
    return len(rows)


def reenqueue(connection: Connection, resources: Sequence[tuple[int, str]], reason: str, run_key: str, now: datetime) -> None:
    """New outbox entries for (resource id, type) pairs."""
    ids, types = [row[0] for row in resources], [row[1] for row in resources]
    connection.execute(
        statement("reenqueue"),
        {"ids": ids, "types": types, "reason": reason, "run_key": run_key, "now": now},
    )
