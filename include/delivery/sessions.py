"""The two connections of a delivery: one snapshot of the marts, one exclusive writer of Learn's database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg import IsolationLevel, errors, sql
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from include.delivery.model import DeliverySettings
from include.delivery.place import LIVE, Place
from include.delivery.statements import Link
from include.errors import ContractBroken, DeliveryError, LearnBusy, NotPublished

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
# Somebody of Learn holds the rows, or between our look-up and our commit inserted the same natural key, or deleted a row or took it up.
BUSY = (
    errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation, errors.ForeignKeyViolation,
)  # fmt: skip

Answer = TypeVar("Answer")


@contextmanager
def exclusive_writer(connection: Link, settings: DeliverySettings, run_key: str, place: Place = LIVE) -> Iterator[None]:
    """Make ``connection`` the only delivery to ``place``, in autocommit mode so that each chunk is a transaction of its own.

    :raises LearnBusy: another delivery did not end within ``wait_for_other_delivery_seconds``.
    """
    autocommit, connection.autocommit = connection.autocommit, True
    deadline = time.monotonic() + settings.wait_for_other_delivery_seconds
    try:
        while connection.execute("select pg_try_advisory_lock(%s)", [place.lock]).fetchone() == (False,):
            if time.monotonic() >= deadline:
                raise LearnBusy(
                    "Another delivery is writing to Learn's database.",
                    run=run_key,
                    where=_holder(connection, place),
                    what_to_do="Wait for it to end, or end that database session if its task is gone; then run this one again.",
                )
            time.sleep(POLL_SECONDS)
        try:
            place.enter(connection)
            yield
        finally:
            if not connection.closed:
                place.leave(connection)
                connection.execute("select pg_advisory_unlock(%s)", [place.lock])
    finally:
        if not connection.closed:
            connection.autocommit = autocommit


def _holder(connection: Link, place: Place) -> str:
    held = connection.execute(
        "select pid from pg_locks where locktype = 'advisory' and granted"
        " and database = (select oid from pg_database where datname = current_database())"
        " and ((classid::bigint << 32) | objid::bigint) = %s",
        [place.lock],
    ).fetchone()
    return f"database session {held[0]}" if held else "a database session that has just ended"


@contextmanager
def snapshot(connection: Link, settings: DeliverySettings, tables: tuple[tuple[str, str], ...]) -> Iterator[None]:
    """One repeatable-read view of the warehouse for the whole delivery.

    The tables are locked (ACCESS SHARE) before the view is taken: a full refresh swaps a mart for a new table, which would look
    empty to an older view.

    :raises NotPublished: a rebuild holds one of the tables, or there was never a build.
    """
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    try:
        with connection.transaction():
            _set_timeouts(connection, settings)
            for schema, table in tables:
                try:
                    connection.execute(sql.SQL("lock table {} in access share mode").format(sql.Identifier(schema, table)))
                except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
                    raise NotPublished(
                        "A table that is to be delivered was never built.",
                        where=f"{schema}.{table}",
                        what_to_do="Run transform_catalog; its completion triggers the delivery.",
                    ) from error
                except errors.LockNotAvailable as error:
                    raise NotPublished(
                        "A rebuild holds a table that is to be delivered.",
                        where=f"{schema}.{table}",
                        what_to_do="Wait for the transformation to end; its completion triggers the next delivery.",
                    ) from error
            connection.execute("set local lock_timeout = 0")
            connection.execute("set local statement_timeout = 0")
            yield
    finally:
        if not connection.closed:
            connection.isolation_level = None
            connection.read_only = None


def _set_timeouts(connection: Link, settings: DeliverySettings) -> None:
    for name, seconds in (
        ("lock_timeout", settings.lock_timeout_seconds),
        ("statement_timeout", settings.statement_timeout_seconds),
    ):
        connection.execute("select set_config(%s, %s, true)", [name, f"{round(seconds * 1000)}ms"])


def in_transaction(connection: Link, settings: DeliverySettings, where: str, run_key: str, work: Callable[[], Answer]) -> Answer:
    """Do ``work`` in one transaction with time-outs; again, when somebody of Learn was in the way.

    :raises LearnBusy: still in the way after ``attempts``, or the connection is gone. Worth another try later.
    :raises ContractBroken: Learn's database refused a value or a right.
    """

    def once() -> Answer:
        with connection.transaction():
            _set_timeouts(connection, settings)
            return work()

    retrying = Retrying(
        retry=retry_if_exception_type(BUSY),
        stop=stop_after_attempt(settings.attempts),
        wait=wait_random_exponential(multiplier=0.2, max=settings.longest_pause_seconds),
        before_sleep=lambda state: log.warning(
            "event=chunk_retried where=%s attempt=%s reason=%s",
            where,
            state.attempt_number,
            type(state.outcome.exception()).__name__ if state.outcome else "",
        ),
        reraise=True,
    )
    try:
        return retrying(once)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.NotSupportedError) as error:
        raise ContractBroken(
            "Learn's database refused what the marts hold.",
            run=run_key,
            where=where,
            sample=" ".join(str(error).split()),
            what_to_do="Compare the named table with the contract (include/contracts); nothing of this chunk was written.",
        ) from error
    except psycopg.OperationalError as error:
        raise LearnBusy(
            "Learn's database was too busy, or went away; nothing of this chunk was written.",
            run=run_key,
            where=where,
            sample=" ".join(str(error).split()),
            what_to_do="Run the delivery again: it goes on after the last written chunk. If it repeats, look for long transactions.",
        ) from error
    except psycopg.Error as error:
        raise DeliveryError("A chunk could not be delivered.", run=run_key, where=where, sample=str(error)) from error
