"""Documents of an index that are not ours, taken over into its successor: content files that Learn's own tasks index, stored queries.

They are known by what they lack: every document of ours has a resource type. Their versions come along, so that what Learn wrote to
both indexes meanwhile is not undone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from more_itertools import chunked
from opensearchpy import OpenSearch, helpers

from include.errors import SearchError, SearchUnavailable
from include.search.bulk import CONFLICT, NOT_FOUND, Limits
from include.search.client import SERVER_ERRORS, TOO_MANY_REQUESTS

log = logging.getLogger(__name__)

NOT_OURS: dict[str, Any] = {"query": {"bool": {"must_not": {"exists": {"field": "resource_type"}}}}}
HARMLESS = (CONFLICT, NOT_FOUND)
"""The successor has that version or a later one; or what is to be deleted is not there."""


def count_others(client: OpenSearch, index: str) -> int:
    """How many documents of a refreshed index are not ours."""
    return int(client.count(index=index, body=NOT_OURS)["count"])


def carry_over(
    client: OpenSearch,
    former: str,
    candidate: str,
    limits: Limits,
    spent: Callable[[int], None] = lambda _documents: None,
    *,
    thorough: bool = True,
) -> int:
    """Bring the candidate's documents that are not ours to the state of the former index; returns how many there are.

    Repeating it is harmless.

    :param spent: told the number of documents after each page.
    :param thorough: False: only where the two differ in number, since Learn writes what it changes to a candidate as well.
    :raises SearchUnavailable: the server could not take them; the next try goes on.
    :raises SearchError: it refused one.
    """
    client.indices.refresh(index=f"{former},{candidate}")
    there = count_others(client, former)
    in_candidate = count_others(client, candidate)
    if there == in_candidate and (not thorough or not there):
        return there
    for page in chunked(_documents(client, former, limits), limits.request_documents):
        _write(client, [_copy(candidate, document) for document in page], limits)
        spent(len(page))
    client.indices.refresh(index=candidate)
    if count_others(client, candidate) > there:
        _drop_what_left(client, former, candidate, limits)
    log.info("others_carried_over from=%s to=%s documents=%d", former, candidate, there)
    return there


def _documents(client: OpenSearch, index: str, limits: Limits, **options: Any) -> Iterator[dict[str, Any]]:
    query = {**NOT_OURS, "version": True}
    yield from helpers.scan(client, index=index, query=query, size=limits.request_documents, **options)


def _copy(candidate: str, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "_op_type": "index",
        **_address(candidate, document),
        "version": document["_version"],
        "version_type": "external",
        "_source": document["_source"],
    }


def _address(index: str, document: dict[str, Any]) -> dict[str, Any]:
    """A content file lies in the shard of its course or program."""
    routing = {"routing": document["_routing"]} if "_routing" in document else {}
    return {"_index": index, "_id": document["_id"], **routing}


def _drop_what_left(client: OpenSearch, former: str, candidate: str, limits: Limits) -> None:
    for page in chunked(_documents(client, candidate, limits, _source=False), limits.request_documents):
        ids = [document["_id"] for document in page]
        answer = client.search(index=former, body={"query": {"ids": {"values": ids}}, "size": len(ids), "_source": False})
        kept = {hit["_id"] for hit in answer["hits"]["hits"]}
        _write(
            client,
            [{"_op_type": "delete", **_address(candidate, document)} for document in page if document["_id"] not in kept],
            limits,
        )
    client.indices.refresh(index=candidate)


def _write(client: OpenSearch, actions: list[dict[str, Any]], limits: Limits) -> None:
    for succeeded, item in helpers.streaming_bulk(client, actions, **limits.streaming()):
        ((_, facts),) = item.items()
        if succeeded or facts["status"] in HARMLESS:
            continue
        busy = facts["status"] == TOO_MANY_REQUESTS or facts["status"] >= SERVER_ERRORS
        failure = SearchUnavailable if busy else SearchError
        raise failure(
            f"A document of Learn's own could not be taken over into the new index: {facts.get('error')}",
            where=f"{facts['_index']}/{facts['_id']}",
            what_to_do="Try again." if busy else "Mend that document, or the mapping in include/contracts, then run again.",
        )
