"""Blue/green rebuild of one index: a new physical index is loaded beside the one that serves, verified, and takes over by its alias.

What is written to Learn meanwhile is in it when it serves: the sync goes on writing to the old index and its ledger, and the candidate
has a ledger of its own, so that what it lacks is found by comparing the two, in the end under the lock of the sync, where also what
the outbox still names is caught up. Every step can be killed and run again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import psycopg
from opensearchpy import OpenSearch

from include.errors import SearchError, VerificationFailed
from include.overlap import overlapped
from include.search import candidate as physical
from include.search import ledger, rebuild_ledger
from include.search.bulk import Answer, Limits, Outcome, raise_if_stopped
from include.search.carry_over import carry_over
from include.search.client import typed_errors, wait_until_writable
from include.search.documents import Lookups, build_documents, read_lookups
from include.search.ledger import Pending
from include.search.names import PERCOLATOR_TYPE, new_index_name, rebuilding_alias, serving_alias
from include.search.operations import Batch, make_operation, problem_of, sender
from include.search.pace import Pace
from include.search.rebuild_ledger import Candidate
from include.search.sync import APP_BASE_URL
from include.search.verify import Verification, verify

log = logging.getLogger(__name__)

KEPT_FORMER_INDEXES = 2


@dataclass(frozen=True)
class Rebuilding:
    """What every step of a rebuild is given.

    :ivar connection: to Learn's database, idle; it is switched to autocommit.
    :ivar shards, replicas: of the index when it serves.
    :ivar pace: told the documents that were sent; it may wait.
    """

    connection: psycopg.Connection[Any]
    client: OpenSearch
    prefix: str
    index_type: str
    run_key: str
    clock: Callable[[], datetime]
    shards: int = 1
    replicas: int = 0
    app_base_url: str = APP_BASE_URL
    limits: Limits = field(default_factory=Limits)
    pace: Callable[[int], None] = field(default_factory=Pace)

    @property
    def alias(self) -> str:
        """The alias of the index that serves."""
        return serving_alias(self.prefix, self.index_type)

    def lookups(self) -> Lookups:
        """What all documents share, as it is now."""
        return read_lookups(self.connection, self.app_base_url)


@dataclass(frozen=True)
class Loaded:
    """A candidate that has caught up once. ``documents`` counts what this call sent."""

    index: str
    documents: int
    others: int


@dataclass(frozen=True)
class Swapped:
    """An alias that moved."""

    index: str
    former: str | None
    caught_up: int
    verified: Verification | None


def load_candidate(rebuilding: Rebuilding, *, restart: bool = False) -> Loaded:
    """Load a new index with all published resources of the type, and with what Learn keeps in the old one; nobody searches it yet.

    An interrupted load goes on where it was. The sync is not held up.

    :param restart: begin with an empty index instead.
    :raises SearchUnavailable: the server did not take documents; the next call goes on.
    :raises SearchError: another rebuild of the type runs, or the server refuses.
    """
    with _sole_rebuild(rebuilding):
        candidate = _find_or_make(rebuilding, restart)
        sent = 0
        if not candidate.loaded and rebuilding.index_type != PERCOLATOR_TYPE:
            batches = rebuild_ledger.to_load(rebuilding.connection, candidate, rebuilding.limits.batch_entries)
            sent = _send(rebuilding, candidate, batches, move=True)
        rebuild_ledger.finish_load(rebuilding.connection, candidate)
        loaded = _complete(rebuilding, candidate)
    log.info("candidate_loaded index=%s documents=%d others=%d", candidate.index, sent + loaded.documents, loaded.others)
    return replace(loaded, documents=sent + loaded.documents)


def swap_alias(rebuilding: Rebuilding) -> Swapped | None:
    """Let the loaded candidate serve: the last catch-up, verification and the move of the alias, while no sync runs.

    :returns: None when there is no candidate: it serves already.
    :raises VerificationFailed: the candidate is not fit; the old index goes on serving.
    """
    with _sole_rebuild(rebuilding), ledger.exclusive(rebuilding.connection):
        candidate = rebuild_ledger.open_candidate(rebuilding.connection, rebuilding.index_type)
        if candidate is None:
            return None
        former = physical.index_behind(rebuilding.client, rebuilding.alias)
        if former == candidate.index:  # killed after the alias had moved
            rebuild_ledger.finish_swap(rebuilding.connection, candidate, None, rebuilding.clock())
            return Swapped(candidate.index, None, 0, None)
        _require_loaded(rebuilding, candidate)
        if former:
            stored = rebuilding.index_type == PERCOLATOR_TYPE  # few, and each is somebody's subscription: all are compared
            carry_over(rebuilding.client, former, candidate.index, rebuilding.limits, thorough=stored)
        caught_up = _catch_up(rebuilding, candidate)
        rebuilding.client.indices.refresh(index=candidate.index)
        parties = rebuilding.connection, rebuilding.client, candidate, former
        verified = verify(*parties, rebuilding.lookups(), rebuilding.clock())
        run = rebuild_ledger.take_over(rebuilding.connection, candidate, former, rebuilding.run_key, rebuilding.clock())
        physical.swap(rebuilding.client, rebuilding.prefix, rebuilding.index_type, candidate.index, former)
        rebuild_ledger.finish_swap(rebuilding.connection, candidate, run, rebuilding.clock())
    return Swapped(candidate.index, former, caught_up, verified)


def bring_back(rebuilding: Rebuilding) -> Loaded:
    """Make the index that served before the candidate, brought to the present state of Learn. A new one that was being loaded is given up.

    :raises SearchError: no former index is left.
    """
    with _sole_rebuild(rebuilding):
        candidate = rebuild_ledger.open_candidate(rebuilding.connection, rebuilding.index_type)
        if candidate is None or not candidate.served:
            _give_up(rebuilding, candidate)
            candidate = rebuild_ledger.reopen_former(rebuilding.connection, rebuilding.index_type)
        if candidate is None or not physical.exists(rebuilding.client, candidate.index):
            raise SearchError(
                f"There is no former index of type {rebuilding.index_type} to go back to.",
                run=rebuilding.run_key,
                what_to_do="Rebuild it instead: trigger rebuild_search_index without rollback.",
            )
        physical.make_candidate_again(rebuilding.client, rebuilding.prefix, rebuilding.index_type, candidate.index)
        return _complete(rebuilding, candidate)


def remove_former(rebuilding: Rebuilding, kept: int = KEPT_FORMER_INDEXES) -> list[str]:
    """Delete the indexes of the type that served before the last ``kept``; returns their names."""
    rebuilding.connection.autocommit = True
    with typed_errors(rebuilding.run_key):
        old = rebuild_ledger.retired(rebuilding.connection, rebuilding.index_type)[kept:]
        for index in old:
            physical.delete(rebuilding.client, index)
            rebuild_ledger.forget(rebuilding.connection, index)
    return old


@contextmanager
def _sole_rebuild(rebuilding: Rebuilding) -> Iterator[None]:
    rebuilding.connection.autocommit = True
    lock = f"pipelines.rebuild_search_index.{rebuilding.index_type}"
    with ledger.exclusive(rebuilding.connection, lock, f"rebuild of type {rebuilding.index_type}"), typed_errors(rebuilding.run_key):
        yield


def _find_or_make(rebuilding: Rebuilding, restart: bool) -> Candidate:
    connection, client = rebuilding.connection, rebuilding.client
    candidate = rebuild_ledger.open_candidate(connection, rebuilding.index_type)
    if candidate and physical.index_behind(client, rebuilding.alias) == candidate.index:
        rebuild_ledger.finish_swap(connection, candidate, None, rebuilding.clock())  # killed after the alias had moved
        candidate = None
    if candidate and not candidate.served and not restart and physical.exists(client, candidate.index):
        physical.require_sole_candidate(client, rebuilding.prefix, rebuilding.index_type, candidate.index)
        log.info("rebuild_resumed index=%s position=%d", candidate.index, candidate.position)
        return candidate
    if candidate is None or restart or candidate.served or candidate.loaded or candidate.position:
        _give_up(rebuilding, candidate)
        index = new_index_name(rebuilding.prefix, rebuilding.index_type)
        candidate = rebuild_ledger.begin(connection, index, rebuilding.index_type, rebuilding.run_key, rebuilding.clock())
    physical.create(client, rebuilding.prefix, rebuilding.index_type, candidate.index, rebuilding.shards)
    return candidate


def _give_up(rebuilding: Rebuilding, candidate: Candidate | None) -> None:
    """Delete an unfinished candidate; one that served before goes back to the former ones."""
    if candidate is None:
        return
    if candidate.served and physical.exists(rebuilding.client, candidate.index):
        physical.put_back(rebuilding.client, rebuilding.prefix, rebuilding.index_type, candidate.index)
        rebuild_ledger.retire(rebuilding.connection, candidate)
    else:
        physical.delete(rebuilding.client, candidate.index)
        rebuild_ledger.forget(rebuilding.connection, candidate.index)


def _require_loaded(rebuilding: Rebuilding, candidate: Candidate) -> None:
    if not candidate.loaded or not physical.exists(rebuilding.client, candidate.index):
        raise VerificationFailed(
            "The new index is not loaded to the end, or is gone.",
            run=rebuilding.run_key,
            where=candidate.index,
            what_to_do="Clear load_candidate: it goes on where it was, or begins anew.",
        )


def _complete(rebuilding: Rebuilding, candidate: Candidate) -> Loaded:
    """What a candidate still needs before its alias can move: its copies, what Learn keeps in the serving index, what changed since."""
    client = rebuilding.client
    physical.prepare_to_serve(client, candidate.index, rebuilding.index_type, rebuilding.replicas)
    serving = physical.index_behind(client, rebuilding.alias)
    others = carry_over(client, serving, candidate.index, rebuilding.limits, rebuilding.pace) if serving else 0
    caught_up = _catch_up(rebuilding, candidate)
    wait_until_writable(client, [candidate.index], rebuilding.limits.yellow_wait_seconds)
    return Loaded(candidate.index, caught_up, others)


def _catch_up(rebuilding: Rebuilding, candidate: Candidate) -> int:
    if rebuilding.index_type == PERCOLATOR_TYPE:
        return 0
    batches = rebuild_ledger.to_catch_up(rebuilding.connection, candidate, rebuilding.limits.batch_entries)
    return _send(rebuilding, candidate, batches, move=False)


def _send(rebuilding: Rebuilding, candidate: Candidate, batches: Iterator[list[Pending]], *, move: bool) -> int:
    """Build, send and record batch by batch; returns how many documents the candidate took.

    :param move: whether the position moves with each batch.
    """
    taken = 0
    connection, work = rebuilding.connection, sender(rebuilding.client, rebuilding.limits)

    def send_newest(batch: Batch) -> list[Answer]:
        return [*batch.known, *_over_later_versions(work, batch)]

    for batch, answers in overlapped(_built(rebuilding, batches), send_newest, rebuilding.limits.requests_at_once):
        position = batch.pending[-1].resource_id if move else None
        stopped = any(answer.outcome in (Outcome.UNAVAILABLE, Outcome.REFUSED) for answer in answers)
        rebuild_ledger.record(connection, candidate, rebuilding.run_key, rebuilding.clock(), answers, None if stopped else position)
        raise_if_stopped(answers, rebuilding.run_key)
        taken += sum(answer.outcome is Outcome.INDEXED for answer in answers)
        rebuilding.pace(len(batch.operations))
    return taken


def _built(rebuilding: Rebuilding, batches: Iterator[list[Pending]]) -> Iterator[Batch]:
    lookups = rebuilding.lookups()
    alias = rebuilding_alias(rebuilding.prefix, rebuilding.index_type)
    for pending in batches:
        documents = build_documents(rebuilding.connection, [one.resource_id for one in pending], lookups)
        operations, known = [], []
        for one in pending:
            document = documents.get(one.resource_id)
            operation = make_operation(alias, one.resource_id, rebuilding.index_type, one.version, document)
            problem = problem_of(operation, document, rebuilding.limits)
            if problem:
                known.append(Answer(operation, Outcome.REJECTED, problem))
            else:
                operations.append(operation)
        yield Batch(pending, operations, known)


def _over_later_versions(work: Callable[[Batch], list[Answer]], batch: Batch) -> Sequence[Answer]:
    """Send; where Learn itself wrote to the candidate meanwhile, send again with the version that is there."""
    answers = work(batch)
    late = [replace(answer.operation, version=answer.newer_version) for answer in answers if answer.outcome is Outcome.NEWER_THERE]
    if not late:
        return answers
    return [*(answer for answer in answers if answer.outcome is not Outcome.NEWER_THERE), *work(replace(batch, operations=late))]
