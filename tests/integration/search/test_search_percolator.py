"""Stored queries live in their index as Learn stores them; the documents that we write match them, also after rebuilds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from include.search.indexes import ensure_indexes
from include.search.names import QUERYABLE_TYPES, serving_alias
from include.search.query import TextOptions, implicit_filter, text_query
from include.search.rebuild import load_candidate, swap_alias
from tests.support.learn_catalog import add_courses, add_media, add_program, enqueue
from tests.support.learn_queries import filter_query
from tests.support.rebuilding import rebuild, rebuilding
from tests.support.search_stack import NOW, SearchStack, search_stack

# Without the part about content files, which are other documents; no threshold, as one document alone has no rare words.
WITHOUT_FILES = TextOptions(min_score=0, content_file_score_weight=0)


def storable(query: Any) -> Any:
    """A text query without the one field that is an object: OpenSearch refuses to store a query that names it, though it answers it."""
    if isinstance(query, list):
        return [storable(each) for each in query if each != "offered_by"]
    return {name: storable(value) for name, value in query.items()} if isinstance(query, dict) else query


def subscription(text: str = "", **filters: Any) -> dict[str, Any]:
    """The body of a stored query: Learn's search with all its filters in the query, since a percolator knows no post filter."""
    must = [{"exists": {"field": "resource_type"}}, *([storable(text_query(text, WITHOUT_FILES, NOW))] if text else [])]
    chosen = [filter_query(name, value) for name, value in filters.items()]
    return {"query": {"bool": {"must": must, "filter": [implicit_filter(QUERYABLE_TYPES), *chosen]}}}


QUERIES = {
    "1": subscription(topic="robotics"),
    "2": subscription(department="6", certification_type="completion"),
    "3": subscription(offered_by="ocw"),
    "4": subscription("machine learning"),
    "5": subscription('"Course 2"', platform="mitxonline", free=True, level="undergraduate"),
    "6": subscription(resource_type="video"),
    "7": subscription("Hopper", delivery="online"),
    "8": subscription(resource_type="program", offered_by="mitx"),
}
EXPECTED = {
    ("course", "1"): {"1", "2", "4", "7"},
    ("course", "2"): {"1", "2", "5", "7"},
    ("program", "3"): {"8"},
    ("video", "13"): {"6"},
}


@pytest.fixture(scope="module")
def stored(servers: Any) -> Iterator[SearchStack]:
    """Two courses, a program and media in the index, and stored queries written as Learn writes them."""
    with search_stack(servers.admin_dsn, servers.postgres_dsn, servers.opensearch_url) as stack:
        ensure_indexes(stack.client, stack.prefix)
        for number, body in QUERIES.items():
            stack.client.index(index=serving_alias(stack.prefix, "percolator"), id=number, body=body)
        add_courses(stack.learn, 1, 2)
        stack.learn.execute("update learning_resources_learningresource set title = 'Applied AI' where id = 1")
        add_program(stack.learn, 3, "A program", [1])
        ids = add_media(stack.learn)
        enqueue(stack.learn, [1, 2, 3, *ids.values()])
        stack.sync()
        stack.client.indices.refresh(index=serving_alias(stack.prefix, "percolator"))
        yield stack


def matching(stack: SearchStack, index_type: str, document_id: str) -> set[str]:
    """The stored queries that a document of the index matches, as Learn asks when it mails its subscribers."""
    percolate = {"field": "query", "index": serving_alias(stack.prefix, index_type), "id": document_id}
    answer = stack.client.search(index=serving_alias(stack.prefix, "percolator"), body={"query": {"percolate": percolate}, "size": 100})
    assert answer["_shards"]["failed"] == 0
    return {hit["_id"] for hit in answer["hits"]["hits"]}


@pytest.mark.parametrize(("index_type", "document_id"), EXPECTED)
def test_documents_that_we_write_match_the_stored_queries(stored: SearchStack, index_type: str, document_id: str) -> None:
    assert matching(stored, index_type, document_id) == EXPECTED[index_type, document_id]


def test_stored_queries_are_kept_over_rebuilds(stored: SearchStack) -> None:
    before = stored.found("percolator")
    swapped = rebuild(stored, "percolator")
    assert swapped.verified
    assert swapped.verified.others == len(QUERIES)
    assert stored.found("percolator") == before == QUERIES
    for index_type in ("course", "program", "video"):
        rebuild(stored, index_type)
    for (index_type, document_id), queries in EXPECTED.items():
        assert matching(stored, index_type, document_id) == queries


def test_a_query_that_is_stored_while_its_index_is_rebuilt_is_there(stored: SearchStack) -> None:
    """Learn writes to the candidate as well; a query that reached the old index alone is copied at the swap."""
    given = rebuilding(stored, "percolator")
    load_candidate(given)
    alias = serving_alias(stored.prefix, "percolator")
    stored.client.index(index=alias, id="9", body=subscription(topic="engineering"))
    stored.client.delete(index=alias, id="3")
    stored.client.index(index=alias, id="10", body=subscription(certification=True))
    swap_alias(given)
    assert set(stored.found("percolator")) == {*QUERIES, "9", "10"} - {"3"}
    assert matching(stored, "course", "1") == {*EXPECTED["course", "1"], "9", "10"}
