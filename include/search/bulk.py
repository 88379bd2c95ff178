"""Bulk writes with external versions; the answer of every item is read and put into one of a few classes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from opensearchpy import OpenSearch, helpers

from include.search.client import SERVER_ERRORS, TOO_MANY_REQUESTS

MEBIBYTE = 1024 * 1024
NOT_FOUND = 404
CONFLICT = 409
NOT_ABOUT_THE_DOCUMENT = (401, 403, NOT_FOUND, 413)
CURRENT_VERSION = re.compile(r"current version \[(\d+)\]")


class Outcome(Enum):
    """What became of one operation."""

    INDEXED = "indexed"
    DELETED = "deleted"
    ABSENT = "absent"  # a deletion of what was not there
    NEWER_THERE = "newer_there"  # the index holds a later version: this write was late
    REJECTED = "rejected"  # the document does not fit the mapping
    UNAVAILABLE = "unavailable"  # no answer, or the server could not take it now
    REFUSED = "refused"  # not about the document: no such alias, no rights, request too large


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
    """Sizes of a sync's steps, and its patience with a server that answers 429 (exponential from the first wait)."""

    batch_entries: int = 500
    request_documents: int = 500
    request_bytes: int = 5 * MEBIBYTE
    attempts: int = 8
    first_wait_seconds: int = 1
    longest_wait_seconds: int = 60


def send(client: OpenSearch, operations: Iterable[Operation], limits: Limits) -> list[Answer]:
    """Send the operations, at most one per resource, and return an answer for each.

    Items answered 429 are sent again with growing waits; those still refused after the last attempt are UNAVAILABLE.
    ``require_alias`` keeps a missing alias from being made as an index without a mapping.
    """
    waiting = {str(operation.resource_id): operation for operation in operations}
    answers = []
    for _, item in helpers.streaming_bulk(
        client,
        list(waiting.values()),
        expand_action_callback=_as_lines,
        chunk_size=limits.request_documents,
        max_chunk_bytes=limits.request_bytes,
        max_retries=limits.attempts - 1,
        initial_backoff=limits.first_wait_seconds,
        max_backoff=limits.longest_wait_seconds,
        raise_on_error=False,
        raise_on_exception=False,
        require_alias=True,
        filter_path="items.*._id,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by",
    ):
        ((_, facts),) = item.items()
        answers.append(_read_answer(waiting.pop(str(facts["_id"])), facts))
    answers += [Answer(operation, Outcome.UNAVAILABLE, "no answer") for operation in waiting.values()]
    return answers


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
    if not isinstance(status, int) or status == TOO_MANY_REQUESTS or status >= SERVER_ERRORS:
        return Answer(operation, Outcome.UNAVAILABLE, reason)
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
