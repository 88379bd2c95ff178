"""The documents that search builds from Learn's tables are the documents of the contract."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from include.contracts.documents import RESOURCE_DOCUMENTS
from include.contracts.enums import ResourceType
from include.search.documents import build_documents, read_lookups
from tests.support.learn_catalog import add_courses, add_media, add_program
from tests.support.search_stack import search_stack


@pytest.fixture(scope="module")
def documents(servers: Any) -> dict[int, dict[str, Any]]:
    """Documents of two courses, of a program that holds them, and of one resource of each other type."""
    with search_stack(servers.admin_dsn, servers.postgres_dsn, servers.opensearch_url) as stack:
        add_courses(stack.learn, 1, 2)
        add_program(stack.learn, 3, "Program", [1, 2])
        media = add_media(stack.learn)
        built = build_documents(stack.learn, [1, 2, 3, *media.values()], read_lookups(stack.learn, "https://learn.mit.edu"))
    return {number: json.loads(document.text) for number, document in built.items()}


def test_every_document_is_one_of_its_type(documents: dict[int, dict[str, Any]]) -> None:
    assert {document["resource_type"] for document in documents.values()} == set(RESOURCE_DOCUMENTS)
    for document in documents.values():
        RESOURCE_DOCUMENTS[ResourceType(document["resource_type"])].model_validate_json(json.dumps(document))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"completeness": None}, "completeness"),
        ({"certification_type": {"code": "none", "name": "Nothing"}}, "No Certificate"),
        ({"delivery": [{"code": "telepathy", "name": "Telepathy"}]}, "telepathy"),
        ({"prices": ["1.5"]}, "prices"),
        ({"etl_source": "ocw"}, "etl_source"),
        ({"created_on": "2024-09-10T12:00:00"}, "created_on"),
        ({"resource_relations": {"name": "content_file"}}, "resource_relations"),
    ],
)
def test_a_document_that_differs_is_refused(documents: dict[int, dict[str, Any]], changes: dict[str, Any], told: str) -> None:
    model = RESOURCE_DOCUMENTS[ResourceType.COURSE]
    with pytest.raises(ValidationError, match=told):
        model.model_validate_json(json.dumps(documents[1] | changes))


@pytest.mark.parametrize("key", ["completeness", "runs", "position", "course"])
def test_a_document_without_a_key_is_refused(documents: dict[int, dict[str, Any]], key: str) -> None:
    rest = {name: value for name, value in documents[1].items() if name != key}
    with pytest.raises(ValidationError, match=key):
        RESOURCE_DOCUMENTS[ResourceType.COURSE].model_validate_json(json.dumps(rest))
