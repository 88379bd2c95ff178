"""From documents to bulk operations: one write or deletion per resource, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opensearchpy import OpenSearch

from include.search.bulk import Answer, Limits, Operation, send
from include.search.client import wait_until_writable
from include.search.documents import Document
from include.search.ledger import Pending
from include.search.names import QUERYABLE_TYPES


@dataclass(frozen=True)
class Batch:
    """Resources read together: what to send, and the answers that are known without sending."""

    pending: Sequence[Pending]
    operations: Sequence[Operation]
    known: Sequence[Answer]


def make_operation(alias: str, resource_id: int, resource_type: str, version: int, document: Document | None) -> Operation:
    """The write of a document through an alias; the deletion where there is none."""
    return Operation(
        alias=alias,
        resource_id=resource_id,
        resource_type=resource_type,
        version=version,
        text=document.text if document else None,
        digest=document.digest if document else None,
    )


def problem_of(operation: Operation, document: Document | None, limits: Limits) -> str:
    """Why a document is not even sent; empty when it can be."""
    if operation.resource_type not in QUERYABLE_TYPES:
        return f"no index for resource type {operation.resource_type!r}"
    if document and document.unknown_codes:
        return f"codes without a label in the contract: {document.unknown_codes}"
    if document and len(document.text.encode()) > limits.request_bytes:
        return f"document larger than a request may be ({limits.request_bytes} bytes)"
    return ""


def sender(client: OpenSearch, limits: Limits) -> Callable[[Batch], list[Answer]]:
    """What sends batches, after it waited for a cluster that is recovering: once per alias, before the first write."""
    asked: set[str] = set()

    def send_batch(batch: Batch) -> list[Answer]:
        aliases = {operation.alias for operation in batch.operations}
        if new := aliases - asked:
            wait_until_writable(client, sorted(new), limits.yellow_wait_seconds)
            asked.update(new)
        return send(client, batch.operations, limits)

    return send_batch
