"""Is a candidate fit to serve? Mapping, counts, sample documents and canned queries, before any alias moves."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import psycopg
from opensearchpy import OpenSearch, TransportError

from include.errors import VerificationFailed
from include.search import rebuild_ledger
from include.search.candidate import declared_body
from include.search.canonical import differing_fields
from include.search.carry_over import count_others
from include.search.documents import Lookups, build_documents
from include.search.indexes import differences_from
from include.search.names import PERCOLATOR_TYPE
from include.search.query import NESTED_FIELDS, TextOptions, text_query
from include.search.rebuild_ledger import Candidate

log = logging.getLogger(__name__)

SAMPLE_DOCUMENTS = 50
SHOWN = 3
CANNED_WORDS = ("machine learning", "introduction to programming", "chem", "entrepreneurship", "climate", "robotics", "calculus", "history")
"""Searches of every day; some go by a synonym."""
FOUND_SHARE = 0.5
"""Of the hits that a canned search has in the serving index, at least this share must be found in the candidate."""
NO_THRESHOLD = TextOptions(min_score=0)
SORTS: tuple[Any, ...] = (
    "featured_rank", "is_learning_material", "is_incomplete_or_stale", "created_on", "id", "readable_id", "last_modified", "views",
    "next_start_date", {"runs.start_date": {"nested": {"path": "runs"}}},
    {"course.course_numbers.sort_coursenum": {"nested": {"path": "course.course_numbers"}}},
)  # fmt: skip
"""Fields that Learn sorts by (target_model 3.5); one that is not mapped fails the search."""
RESOURCES: dict[str, Any] = {"exists": {"field": "resource_type"}}


@dataclass(frozen=True)
class Verification:
    """What was looked at, when all was well."""

    documents: int
    others: int
    sampled: int
    searches: int


def verify(
    connection: psycopg.Connection[Any],
    client: OpenSearch,
    candidate: Candidate,
    serving: str | None,
    lookups: Lookups,
    now: datetime,
) -> Verification:
    """Check a candidate that has caught up and is refreshed, while no sync runs.

    :param serving: the index that it is to replace, None when there is none.
    :raises VerificationFailed: naming everything that is wrong.
    """
    if not candidate.served:  # the mapping of a former index may be of its time
        _require(candidate, _mapping_problems(client, candidate))
    counts = rebuild_ledger.counts(connection, candidate)
    others = count_others(client, candidate.index)
    _require(candidate, _count_problems(client, candidate, serving, counts, others))
    if candidate.index_type == PERCOLATOR_TYPE:
        return Verification(documents=0, others=others, sampled=0, searches=0)
    sampled = _sample(connection, candidate)
    documents = {number: orjson.loads(each.text) for number, each in build_documents(connection, sampled, lookups).items()}
    _require(candidate, _sample_problems(connection, client, candidate, documents))
    _require(candidate, _search_problems(client, candidate, serving, documents, now))
    searches = len(CANNED_WORDS) + len(SORTS) + len(documents)
    return Verification(documents=counts.loaded, others=others, sampled=len(documents), searches=searches)


def _require(candidate: Candidate, problems: Iterator[str]) -> None:
    found = list(problems)
    if not found:
        return
    more = f" (and {len(found) - SHOWN} more)" if len(found) > SHOWN else ""
    raise VerificationFailed(
        f"The new index is not fit to serve; the old one goes on serving. {'; '.join(found[:SHOWN])}{more}",
        where=candidate.index,
        what_to_do="See docs/runbooks/search.md, VerificationFailed. Run again with restart to begin with an empty index.",
    )


def _mapping_problems(client: OpenSearch, candidate: Candidate) -> Iterator[str]:
    ((_, actual),) = client.indices.get(index=candidate.index).items()
    yield from differences_from(declared_body(client, candidate.index_type), actual)


def _count_problems(
    client: OpenSearch, candidate: Candidate, serving: str | None, counts: rebuild_ledger.Counts, others: int
) -> Iterator[str]:
    there = int(client.count(index=candidate.index, body={"query": RESOURCES})["count"])
    if there != counts.loaded:
        yield f"it holds {there} resources, its ledger says {counts.loaded}"
    if candidate.index_type != PERCOLATOR_TYPE and (counts.missing or counts.surplus):
        yield f"{counts.missing} published resources are not in it, {counts.surplus} in it are not published"
    if counts.lost:
        yield f"it refused {counts.lost} documents that are served now: {counts.reason}"
    if serving and others != (expected := count_others(client, serving)):
        yield f"it holds {others} documents of Learn's own, the serving index {expected}"


def _sample(connection: psycopg.Connection[Any], candidate: Candidate) -> list[int]:
    rows = connection.execute("select resource_id from pipelines.candidate_document where index_name = %s", [candidate.index])
    ids = [number for (number,) in rows]
    return random.sample(ids, min(SAMPLE_DOCUMENTS, len(ids)))


def _sample_problems(
    connection: psycopg.Connection[Any], client: OpenSearch, candidate: Candidate, documents: Mapping[int, dict[str, Any]]
) -> Iterator[str]:
    if not documents:
        return
    answer = client.mget(index=candidate.index, body={"ids": [str(number) for number in documents]})
    for found in answer["docs"]:
        expected = documents[int(found["_id"])]
        fields = differing_fields(expected, found["_source"]) if found["found"] else ["everything"]
        if fields and not _is_pending(connection, expected["id"]):
            yield f"document {found['_id']} differs from Learn's Postgres in {', '.join(fields)}"


def _is_pending(connection: psycopg.Connection[Any], resource_id: int) -> bool:
    """Whether delivery changed the resource just now; the next sync sends it."""
    row = connection.execute("select exists (select from pipelines.outbox where resource_id = %s)", [resource_id]).fetchone()
    return bool(row and row[0])


def _search_problems(
    client: OpenSearch, candidate: Candidate, serving: str | None, documents: Mapping[int, dict[str, Any]], now: datetime
) -> Iterator[str]:
    for sort in SORTS:
        yield from _failed_search(client, candidate.index, {"query": RESOURCES, "sort": [sort], "size": 1}, f"sorted by {sort}")
    for path in NESTED_FIELDS:
        if path != "content_files":
            query = {"nested": {"path": path, "query": {"match_all": {}}}}
            yield from _failed_search(client, candidate.index, {"query": query, "size": 0}, f"of nested {path}")
    found = _hits(client, candidate.index, [_words_query(words, now) for words in CANNED_WORDS])
    served = _hits(client, serving, [_words_query(words, now) for words in CANNED_WORDS]) if serving else [0] * len(found)
    for words, here, there in zip(CANNED_WORDS, found, served, strict=True):
        if here < there * FOUND_SHARE:
            yield f"the search {words!r} finds {here} documents, in the serving index {there}"
    titles = {number: str(document["title"]).replace('"', " ") for number, document in documents.items()}
    by_title = _hits(client, candidate.index, [_words_query(title, now, number) for number, title in titles.items()])
    lost = [number for number, hits in zip(titles, by_title, strict=True) if not hits]
    if len(lost) > len(documents) * (1 - FOUND_SHARE):
        yield f"{len(lost)} of {len(documents)} documents are not found by their titles, first {lost[0]}"


def _failed_search(client: OpenSearch, index: str, body: dict[str, Any], told: str) -> Iterator[str]:
    try:
        failed = client.search(index=index, body=body)["_shards"]["failed"]
    except TransportError as error:
        yield f"a search {told} fails: {error.error}"
    else:
        if failed:
            yield f"a search {told} fails on {failed} shards"


def _words_query(words: str, now: datetime, resource_id: int | None = None) -> dict[str, Any]:
    """Learn's search for some words, without its threshold; of one resource or of all."""
    only = [RESOURCES] if resource_id is None else [RESOURCES, {"term": {"id": resource_id}}]
    return {"bool": {"must": [text_query(words, NO_THRESHOLD, now)], "filter": only}}


def _hits(client: OpenSearch, index: str, queries: Sequence[dict[str, Any]]) -> list[int]:
    """How many documents each query finds, asked in one request.

    :raises VerificationFailed: one of them cannot be answered.
    """
    if not queries:
        return []
    lines = [line for query in queries for line in ({}, {"query": query, "size": 0, "track_total_hits": True})]
    answers = client.msearch(index=index, body=lines)["responses"]
    failed = [answer["error"] for answer in answers if "error" in answer]
    if failed:
        raise VerificationFailed(f"A search fails: {failed[0]}", where=index, what_to_do="See docs/runbooks/search.md, VerificationFailed.")
    return [int(answer["hits"]["total"]["value"]) for answer in answers]
