"""Brings the index to the state of Learn's Postgres for the resources in the outbox (architecture 7).

What makes it safe to kill anywhere: an outbox entry goes away only in the transaction that records the index's answer; each
write carries the entry's sequence as its external version, so sending it again changes nothing; and a sync that follows an
unfinished one does not trust the recorded hash of a document which that one may have written.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import psycopg
from opensearchpy import OpenSearch

from include.errors import BulkRejected, SearchError
from include.overlap import overlapped
from include.search import ledger
from include.search.bulk import Answer, Limits, Outcome, raise_if_stopped
from include.search.client import typed_errors
from include.search.documents import Lookups, build_documents, read_lookups
from include.search.ledger import Run, SyncResult
from include.search.names import serving_alias
from include.search.operations import Batch, make_operation, problem_of, sender
from include.search.recovery import reenqueue_lost
from include.search.shown import enqueue_changed

log = logging.getLogger(__name__)

APP_BASE_URL = "https://learn.mit.edu"
SETTLED = (Outcome.INDEXED, Outcome.DELETED, Outcome.ABSENT, Outcome.NEWER_THERE, Outcome.REJECTED)


def sync(
    connection: psycopg.Connection[Any],
    client: OpenSearch,
    prefix: str,
    run_key: str,
    clock: Callable[[], datetime],
    *,
    app_base_url: str = APP_BASE_URL,
    limits: Limits | None = None,
    retry_rejected: bool = False,
) -> SyncResult:
    """Send what the outbox names and has changed; entries added meanwhile wait for the next sync.

    Indexes must exist (``ensure_indexes``). Searches see the result at once: written indexes are refreshed at the end.

    :param connection: to Learn's database, idle; it is switched to autocommit.
    :param app_base_url: Learn's address, for the documents' ``channel_url``.
    :param retry_rejected: send the documents again that earlier syncs could not place.
    :raises BulkRejected: the index refused documents; all others were written, and the ledger has each with its reason.
    :raises SearchUnavailable: the server did not answer; what it acknowledged before is recorded, the rest waits.
    :raises SearchError: another sync runs, an alias is missing, or index and database do not belong together.
    """
    limits = limits or Limits()
    connection.autocommit = True
    with ledger.exclusive(connection), typed_errors(run_key):
        reenqueued = reenqueue_lost(connection, client, prefix, run_key, clock())
        if retry_rejected:
            reenqueued += ledger.enqueue_rejected(connection, run_key, clock())
        lookups = read_lookups(connection, app_base_url)
        noticed = enqueue_changed(connection, lookups, run_key, clock())
        run = ledger.begin(connection, run_key, clock(), reenqueued, noticed)
        result, rejections = _drain(connection, client, prefix, run, clock, lookups, limits)
        result += SyncResult(reenqueued=reenqueued, noticed=noticed)
        ledger.finish(connection, run, clock(), result)
    log.info(
        "search_synced run_key=%s considered=%d indexed=%d deleted=%d unchanged=%d rejected=%d reenqueued=%d noticed=%d",
        run_key, result.considered, result.indexed, result.deleted, result.unchanged, result.rejected, reenqueued, noticed,
    )  # fmt: skip
    if rejections:
        raise _rejected(rejections, run_key)
    return result


def _drain(
    connection: psycopg.Connection[Any],
    client: OpenSearch,
    prefix: str,
    run: Run,
    clock: Callable[[], datetime],
    lookups: Lookups,
    limits: Limits,
) -> tuple[SyncResult, list[Answer]]:
    """Read, build, send, acknowledge, batch by batch; one batch is built while the one before is being sent."""
    result = SyncResult()
    rejections: list[Answer] = []
    written: set[str] = set()
    batches = _batches(connection, prefix, run, lookups, limits)
    for batch, sent in overlapped(batches, sender(client, limits), limits.requests_at_once):
        answers = [*batch.known, *sent]
        result += _acknowledge(connection, run, clock(), batch, answers)
        rejections.extend(answer for answer in answers if answer.outcome is Outcome.REJECTED)
        written.update(operation.alias for operation in batch.operations)
    if written:
        client.indices.refresh(index=",".join(sorted(written)))
    return result, rejections


def _batches(connection: psycopg.Connection[Any], prefix: str, run: Run, lookups: Lookups, limits: Limits) -> Iterator[Batch]:
    for pending in ledger.batches(connection, run.horizon, limits.batch_entries):
        documents = build_documents(connection, [one.resource_id for one in pending], lookups)
        operations, known = [], []
        for one in pending:
            document = documents.get(one.resource_id)
            resource_type = document.resource_type if document else one.resource_type
            operation = make_operation(serving_alias(prefix, resource_type), one.resource_id, resource_type, one.version, document)
            problem = problem_of(operation, document, limits)
            if problem:
                known.append(Answer(operation, Outcome.REJECTED, problem))
            elif document is None or document.digest != one.held_hash or one.sequences[0] <= run.in_doubt:
                operations.append(operation)
        yield Batch(pending, operations, known)


def _acknowledge(connection: psycopg.Connection[Any], run: Run, now: datetime, batch: Batch, answers: Sequence[Answer]) -> SyncResult:
    """Record one batch, then say what stands in the way of the next, if anything does."""
    unsettled = {answer.operation.resource_id for answer in answers if answer.outcome not in SETTLED}
    settled = [one for one in batch.pending if one.resource_id not in unsettled]
    _check_versions(run, answers)
    ledger.acknowledge(connection, run, now, settled, answers)
    counts = Counter(answer.outcome for answer in answers)
    result = SyncResult(
        considered=len(batch.pending),
        indexed=counts[Outcome.INDEXED],
        deleted=counts[Outcome.DELETED],
        unchanged=len(settled) - counts[Outcome.INDEXED] - counts[Outcome.DELETED] - counts[Outcome.REJECTED],
        rejected=counts[Outcome.REJECTED],
    )
    log.info(
        "search_batch run_key=%s through=%d considered=%d indexed=%d deleted=%d unchanged=%d rejected=%d unsettled=%d",
        run.run_key, batch.pending[-1].version, result.considered, result.indexed, result.deleted, result.unchanged,
        result.rejected, len(unsettled),
    )  # fmt: skip
    raise_if_stopped(answers, run.run_key)
    return result


def _check_versions(run: Run, answers: Sequence[Answer]) -> None:
    """A newer version in the index is harmless only if this database issued it."""
    for answer in answers:
        if answer.newer_version > run.horizon:
            raise SearchError(
                f"The index holds version {answer.newer_version}, but this database's outbox only reached {run.horizon}: "
                "they do not belong together, and writes would be ignored as late.",
                run=run.run_key,
                where=f"{answer.operation.alias}/{answer.operation.resource_id}",
                what_to_do="Delete the indexes of this prefix and sync again, or use another prefix.",
            )


def _rejected(rejections: Sequence[Answer], run_key: str) -> BulkRejected:
    first = rejections[0]
    return BulkRejected(
        f"{len(rejections)} documents do not fit the index; all others were written. First: {first.reason}",
        run=run_key,
        where=f"{first.operation.alias}/{first.operation.resource_id}",
        what_to_do="See pipelines.rejected_document; correct the data or the mapping, then sync with retry_rejected.",
        sample=first.operation.text or "",
    )
