"""The ledger of rebuilds in the schema ``pipelines``: which physical indexes there are, and what a candidate holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from more_itertools import chunked

from include.search import ledger
from include.search.bulk import Answer, Outcome
from include.search.ledger import Pending, Run
from include.search.statements import statement

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Candidate:
    """A physical index that may serve next. ``position`` is the resource id up to which it is loaded; ``served`` before: a rollback."""

    index: str
    index_type: str
    loaded: bool = False
    position: int = 0
    served: bool = False


@dataclass(frozen=True)
class Counts:
    """What a candidate holds by its ledger, and where that is not what it should hold.

    :ivar loaded: its documents.
    :ivar missing: published resources that it neither has nor refused. One that the outbox names is not missing: the next sync sends it.
    :ivar surplus: its documents of resources that are not published, those named in the outbox left out.
    :ivar lost: documents that it refused and the serving index has, ``reason`` of one of them.
    """

    loaded: int
    missing: int
    surplus: int
    lost: int
    reason: str | None


def open_candidate(connection: Connection, index_type: str) -> Candidate | None:
    """The candidate of a rebuild that is under way or was interrupted."""
    row = connection.execute(
        """
        select index_name, state = 'loaded', position, served_until is not null from pipelines.physical_index
        where index_type = %s and state in ('loading', 'loaded')
        """,
        [index_type],
    ).fetchone()
    return Candidate(row[0], index_type, *row[1:]) if row else None


def begin(connection: Connection, index: str, index_type: str, run_key: str, now: datetime) -> Candidate:
    """Write a new candidate down before its index is made, so that no index is ever left without a row."""
    connection.execute(
        "insert into pipelines.physical_index (index_name, index_type, state, run_key, started_at) values (%s, %s, 'loading', %s, %s)",
        [index, index_type, run_key, now],
    )
    return Candidate(index, index_type)


def reopen_former(connection: Connection, index_type: str) -> Candidate | None:
    """Make the index that served last before this one the candidate; None when there is none."""
    row = connection.execute(
        """
        update pipelines.physical_index set state = 'loaded'
        where index_name = (
            select index_name from pipelines.physical_index
            where index_type = %s and state = 'retired'
            order by served_until desc nulls last
            limit 1
        )
        returning index_name, position
        """,
        [index_type],
    ).fetchone()
    return Candidate(row[0], index_type, loaded=True, position=row[1], served=True) if row else None


def retire(connection: Connection, candidate: Candidate) -> None:
    """Put a former index back where it was; its part of the ledger says what it holds."""
    connection.execute("update pipelines.physical_index set state = 'retired' where index_name = %s", [candidate.index])


def forget(connection: Connection, index: str) -> None:
    """The index is gone, or about to be."""
    connection.execute("delete from pipelines.physical_index where index_name = %s", [index])


def retired(connection: Connection, index_type: str) -> list[str]:
    """Indexes that served before, the last one first."""
    rows = connection.execute(
        """
        select index_name from pipelines.physical_index
        where index_type = %s and state = 'retired'
        order by served_until desc nulls last
        """,
        [index_type],
    )
    return [name for (name,) in rows]


def to_load(connection: Connection, candidate: Candidate, size: int) -> Iterator[list[Pending]]:
    """Published resources of the type from the candidate's position on, in the order of their ids."""
    after = candidate.position
    while True:
        parameters = {"index_type": candidate.index_type, "after": after, "limit": size}
        rows = connection.execute(statement("rebuild/next_resources"), parameters).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield [Pending(resource_id, candidate.index_type, (), None, version) for resource_id, version in rows]


def to_catch_up(connection: Connection, candidate: Candidate, size: int) -> Iterator[list[Pending]]:
    """Resources whose document in the candidate may not be what is to be served, as they are at the first call."""
    parameters = {"index_type": candidate.index_type, "index_name": candidate.index}
    rows = connection.execute(statement("rebuild/outdated"), parameters).fetchall()
    for some in chunked(rows, size):
        yield [Pending(resource_id, candidate.index_type, (), None, version) for resource_id, version in some]


def record(
    connection: Connection, candidate: Candidate, run_key: str, now: datetime, answers: Sequence[Answer], position: int | None = None
) -> None:
    """What the candidate answered, and how far its load is, in one transaction.

    :param position: resource id up to which everything is loaded; None: a catch-up, which does not move it.
    """
    indexed = [answer.operation for answer in answers if answer.outcome is Outcome.INDEXED]
    gone = [answer.operation.resource_id for answer in answers if answer.outcome in (Outcome.DELETED, Outcome.ABSENT, Outcome.REJECTED)]
    with connection.transaction():
        parameters = {
            "index_name": candidate.index,
            "ids": [operation.resource_id for operation in indexed],
            "hashes": [operation.digest for operation in indexed],
            "versions": [operation.version for operation in indexed],
        }
        connection.execute(statement("rebuild/record_loaded"), parameters)
        connection.execute(
            "delete from pipelines.candidate_document where index_name = %s and resource_id = any(%s)", [candidate.index, gone]
        )
        ledger.record_rejected(connection, [answer for answer in answers if answer.outcome is Outcome.REJECTED], run_key, now)
        if position is not None:
            connection.execute(
                "update pipelines.physical_index set position = %s, loaded = loaded + %s where index_name = %s",
                [position, len(indexed), candidate.index],
            )


def finish_load(connection: Connection, candidate: Candidate) -> None:
    """Everything is in the candidate; from here on it only catches up."""
    connection.execute("update pipelines.physical_index set state = 'loaded' where index_name = %s", [candidate.index])


def counts(connection: Connection, candidate: Candidate) -> Counts:
    """What the candidate should hold."""
    parameters = {"index_type": candidate.index_type, "index_name": candidate.index}
    (row,) = connection.execute(statement("rebuild/counts"), parameters).fetchall()
    return Counts(*row)


def take_over(connection: Connection, candidate: Candidate, former: str | None, run_key: str, now: datetime) -> Run:
    """Let the ledger of the serving index say what the candidate holds, and remember under its name what the former holds.

    This comes before the alias moves. Should the move not happen, the ledger is still right: the candidate has caught up, so the two
    differ only where the outbox names a resource, and the unfinished run that is opened here makes the next sync send all of those.
    """
    parameters = {
        "index_type": candidate.index_type,
        "index_name": candidate.index,
        "former": former,
        "run_key": run_key,
        "now": now,
    }
    with connection.transaction():
        run = ledger.begin(connection, run_key, now)
        if former:
            connection.execute(statement("rebuild/know_former"), parameters)
            connection.execute(statement("rebuild/remember_former"), parameters)
        connection.execute("delete from pipelines.indexed_document where resource_type = %(index_type)s", parameters)
        connection.execute(statement("rebuild/take_over"), parameters)
        connection.execute(statement("rebuild/accepted"), parameters)
    return run


def finish_swap(connection: Connection, candidate: Candidate, run: Run | None, now: datetime) -> None:
    """The alias has moved.

    :param run: of ``take_over``; None when that was in a process which was killed since. The next sync closes it then.
    """
    with connection.transaction():
        connection.execute(
            "update pipelines.physical_index set state = 'serving', served_from = %s, served_until = null where index_name = %s",
            [now, candidate.index],
        )
        connection.execute(
            """
            update pipelines.physical_index set state = 'retired', served_until = %s
            where index_type = %s and state = 'serving' and index_name <> %s
            """,
            [now, candidate.index_type, candidate.index],
        )
        connection.execute("delete from pipelines.candidate_document where index_name = %s", [candidate.index])
        if run:
            connection.execute("update pipelines.sync_run set finished_at = %s where sync_run_id = %s", [now, run.sync_run_id])
