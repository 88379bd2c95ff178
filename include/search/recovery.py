"""Notices that the index has lost documents which the ledger holds for indexed, and sends them again."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import psycopg
from opensearchpy import NotFoundError, OpenSearch

from include.search import ledger
from include.search.names import serving_alias
from include.search.statements import statement

log = logging.getLogger(__name__)

RESOURCES_ONLY = {"query": {"exists": {"field": "resource_type"}}}  # content files live in the same index


def reenqueue_lost(connection: psycopg.Connection[Any], client: OpenSearch, prefix: str, run_key: str, now: datetime) -> int:
    """Compare counts per type; where the index holds less than it should, put all of the type into the outbox again.

    One count request per type. Entries that wait in the outbox excuse missing documents, because a sync that was killed
    may have deleted them already; an index that holds nothing at all is not excused. Returns the number of entries made.
    """
    total = 0
    for resource_type, documents, settled in connection.execute(statement("held_by_type")).fetchall():
        alias = serving_alias(prefix, resource_type)
        if _holds(client, alias, settled):
            continue
        lost = connection.execute(
            "select resource_id, resource_type from pipelines.indexed_document where resource_type = %s", [resource_type]
        ).fetchall()
        with connection.transaction():
            ledger.reenqueue(connection, lost, "index_lost", run_key, now)
            connection.execute("delete from pipelines.indexed_document where resource_type = %s", [resource_type])
        log.warning("index_lost alias=%s expected=%d reenqueued=%d", alias, documents, len(lost))
        total += len(lost)
    return total


def _holds(client: OpenSearch, alias: str, settled: int) -> bool:
    """Whether the alias has at least ``settled`` resources and at least one. Counts again after a refresh before saying no."""
    if _count(client, alias) >= max(settled, 1):
        return True
    client.indices.refresh(index=alias, ignore_unavailable=True)
    return _count(client, alias) >= max(settled, 1)


def _count(client: OpenSearch, alias: str) -> int:
    try:
        return int(client.count(index=alias, body=RESOURCES_ONLY)["count"])
    except NotFoundError:
        return 0
