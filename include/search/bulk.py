"""Bulk writes with external versions; the answer of every item is read and put into one of a few classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from opensearchpy import OpenSearch, helpers

from include.errors import SearchError, SearchUnavailable
from include.search.client import SERVER_ERRORS, TOO_MANY_REQUESTS

MEBIBYTE = 1024 * 1024
BAD_REQUEST = 400
NOT_FOUND = 404
CONFLICT = 409
TOO_LARGE = 413
NOT_ABOUT_THE_DOCUMENT = (401, 403, NOT_FOUND, TOO_LARGE)
UNREADABLE = (BAD_REQUEST, TOO_LARGE)
"""Answers to a whole request that one of its documents may have caused."""
BLOCKED = "cluster_block_exception"
"""An index that takes no writes for now: a full disk (429), or a block that a person set (403)."""
CURRENT_VERSION = re.compile(r"current version \[(\d+)\]")


class Outcome(Enum):
    """What became of one operation."""

    INDEXED = "indexed"
    DELETED = "deleted"
    ABSENT = "absent"  # a deletion of what was not there
    NEWER_THERE = "newer_there"  # the index holds a later version: this write was late
    REJECTED = "rejected"  # the document does not fit the mapping
    UNAVAILABLE = "unavailable"  # no answer, or the server could not take it now: busy, disk full, index read-only
    REFUSED = "refused"  # not about the document: no such alias, no rights
    UNREADABLE = "unreadable"  # the whole request was refused, maybe for another of its documents


@dataclass(frozen=True)
class Operation:
    """Write (``text`` and its ``digest``) or delete (both None) one document through an alias."""

    alias: str
    resource_id: int
    resource_type: str
    version: int
    text: str | None = None
    digest: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """The index's answer to one operation. ``newer_version`` is set for ``NEWER_THERE``."""

    operation: Operation
    outcome: Outcome
    reason: str = ""
    newer_version: int = 0


@dataclass(frozen=True)
class Limits:
    """Sizes of a sync's steps, and its patience with a server that answers 429 (exponential from the first wait).

    :ivar requests_at_once: the server writes one while it reads the next; more of them would only wait in its queue.
    """

    batch_entries: int = 500
    request_documents: int = 500
    request_bytes: int = 5 * MEBIBYTE
    requests_at_once: int = 2
    attempts: int = 8
    first_wait_seconds: int = 1
    longest_wait_seconds: int = 60
    yellow_wait_seconds: int = 30

    def streaming(self) -> dict[str, Any]:
        """Arguments of opensearchpy's ``streaming_bulk``: answers are read, not raised."""
        return {
            "chunk_size": self.request_documents,
            "max_chunk_bytes": self.request_bytes,
            "max_retries": self.attempts - 1,
            "initial_backoff": self.first_wait_seconds,
            "max_backoff": self.longest_wait_seconds,
            "raise_on_error": False,
        }


def send(client: OpenSearch, operations: Iterable[Operation], limits: Limits) -> list[Answer]:
    """Send the operations, at most one per resource, and return an answer for each, never UNREADABLE.

    Items answered 429 are sent again with growing waits; those still refused after the last attempt are UNAVAILABLE.
    A request that the server cannot read is sent in halves, so that one such document is REJECTED and no other.
    """
    answers = _send_once(client, operations, limits)
    unreadable = [answer for answer in answers if answer.outcome is Outcome.UNREADABLE]
    if not unreadable:
        return answers
    answers = [answer for answer in answers if answer.outcome is not Outcome.UNREADABLE]
    if len(unreadable) == 1:
        return [*answers, replace(unreadable[0], outcome=Outcome.REJECTED)]
    middle = len(unreadable) // 2
    for half in (unreadable[:middle], unreadable[middle:]):
        answers += send(client, [answer.operation for answer in half], limits)
    return answers


def _send_once(client: OpenSearch, operations: Iterable[Operation], limits: Limits) -> list[Answer]:
    """Send without halving. ``require_alias`` keeps a missing alias from being made as an index without a mapping."""
    waiting = {str(operation.resource_id): operation for operation in operations}
    answers = []
    for _, item in helpers.streaming_bulk(
        client,
        list(waiting.values()),
        expand_action_callback=_as_lines,
        **limits.streaming(),
        raise_on_exception=False,
        require_alias=True,
        filter_path="items.*._id,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by",
    ):
        ((_, facts),) = item.items()
        answers.append(_read_answer(waiting.pop(str(facts["_id"])), facts))
    answers += [Answer(operation, Outcome.UNAVAILABLE, "no answer") for operation in waiting.values()]
    return answers


def raise_if_stopped(answers: Sequence[Answer], run_key: str) -> None:
    """Say what stands in the way of the next request, if anything does.

    :raises SearchUnavailable: the server is away, busy, or takes no writes for now.
    :raises SearchError: it refused for another reason than the document.
    """
    stopped = [answer for answer in answers if answer.outcome in (Outcome.UNAVAILABLE, Outcome.REFUSED)]
    for answer in stopped:
        where = f"{answer.operation.alias}/{answer.operation.resource_id}"
        if answer.outcome is Outcome.REFUSED:
            raise SearchError(
                f"The search server refused a write: {answer.reason}",
                run=run_key,
                where=where,
                what_to_do="Make missing indexes (ensure_indexes), or give the search user its rights; then run again.",
            )
        blocked = BLOCKED in answer.reason
        remedy = "Give it room on its disks, or take the block off the index" if blocked else "See whether it is up and has room"
        raise SearchUnavailable(
            f"The search server did not take {len(stopped)} documents: {answer.reason}",
            run=run_key,
            where=where,
            what_to_do=f"{remedy}; the next run goes on where this one stopped.",
        )


def _as_lines(operation: Operation) -> tuple[dict[str, Any], str | None]:
    """The action line, and the document's text as it came from the database: it is never parsed on the way."""
    address = {
        "_index": operation.alias,
        "_id": str(operation.resource_id),
        "version": operation.version,
        "version_type": "external_gte",
    }
    return {"delete" if operation.text is None else "index": address}, operation.text


def _read_answer(operation: Operation, facts: dict[str, Any]) -> Answer:
    status, error = facts["status"], facts.get("error")
    if error is None:
        written = Outcome.ABSENT if status == NOT_FOUND else Outcome.DELETED
        return Answer(operation, written if operation.text is None else Outcome.INDEXED)
    reason = _reason(error)
    if not isinstance(status, int) or status == TOO_MANY_REQUESTS or status >= SERVER_ERRORS or BLOCKED in reason:
        return Answer(operation, Outcome.UNAVAILABLE, reason)
    if "exception" in facts and status in UNREADABLE:
        return Answer(operation, Outcome.UNREADABLE, reason)
    if "exception" in facts or status in NOT_ABOUT_THE_DOCUMENT:
        return Answer(operation, Outcome.REFUSED, reason)
    newer = CURRENT_VERSION.search(reason)
    if status == CONFLICT and newer:
        return Answer(operation, Outcome.NEWER_THERE, reason, int(newer.group(1)))
    return Answer(operation, Outcome.REJECTED, reason)


def _reason(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    told = f"{error.get('type')}: {error.get('reason')}"
    cause = error.get("caused_by")
    return f"{told} ({_reason(cause)})" if cause else told
