"""Indexes and aliases on a real server."""

from __future__ import annotations

import re

import pytest

from include.contracts.documents import index_bodies
from include.errors import MappingDiffers, VerificationFailed
from include.search.indexes import ensure_indexes, has_knn
from include.search.names import HYBRID_TYPE, global_alias, serving_alias
from tests.support.learn_catalog import add_courses, enqueue
from tests.support.search_stack import SearchStack


def test_every_type_gets_an_index_behind_its_aliases_once(bare: SearchStack) -> None:
    expected = set(index_bodies()) - (set() if has_knn(bare.client) else {HYBRID_TYPE})
    made = ensure_indexes(bare.client, bare.prefix)
    assert len(made) == len(expected)
    there = bare.client.indices.get_alias(index=f"{bare.prefix}_*")
    for name, facts in there.items():
        index_type = re.fullmatch(rf"{bare.prefix}_(.+)_[0-9a-f]{{32}}", name)[1]
        everywhere = {global_alias(bare.prefix)} if index_type != HYBRID_TYPE else set()
        assert set(facts["aliases"]) == {serving_alias(bare.prefix, index_type)} | everywhere
        expected.remove(index_type)
    assert expected == set()
    assert ensure_indexes(bare.client, bare.prefix) == []


def test_fields_that_documents_added_are_no_difference(stack: SearchStack) -> None:
    add_courses(stack.learn, 1, 1)
    enqueue(stack.learn, [1])
    stack.sync()
    assert ensure_indexes(stack.client, stack.prefix, types=["course"]) == []


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda body: body["mappings"]["properties"].pop("free"), "free: declared {'type': 'boolean'}, index has nothing"),
        (lambda body: body["mappings"]["properties"]["title"]["fields"].pop("trigram"), "title.trigram: declared"),
        (
            lambda body: body["mappings"]["properties"]["runs"]["properties"]["level"].pop("type"),
            "runs.level: declared {'type': 'nested'}",
        ),
        (
            lambda body: body["settings"]["analysis"]["filter"]["synonyms_filter"]["synonyms"].pop(),
            "analysis.filter.synonyms_filter.synonyms",
        ),
    ],
)
def test_a_difference_from_the_contract_is_named(bare: SearchStack, damage, named: str) -> None:
    body = index_bodies(shards=1, replicas=0)["podcast"]
    damage(body)
    alias = serving_alias(bare.prefix, "podcast")
    bare.client.indices.create(index=f"{bare.prefix}_podcast_old", body={**body, "aliases": {alias: {}}})
    with pytest.raises(MappingDiffers) as caught:
        ensure_indexes(bare.client, bare.prefix, types=["podcast"])
    assert named in str(caught.value)
    assert f"{bare.prefix}_podcast_old" in str(caught.value)


def test_an_alias_of_two_indexes_is_refused(bare: SearchStack) -> None:
    for name in ("one", "two"):
        body = {"aliases": {serving_alias(bare.prefix, "course"): {}}}
        bare.client.indices.create(index=f"{bare.prefix}_course_{name}", body=body)
    with pytest.raises(VerificationFailed, match="stands for 2 indexes"):
        ensure_indexes(bare.client, bare.prefix, types=["course"])


def test_an_index_whose_request_came_through_late_is_not_made_twice(bare: SearchStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `make faults N=1 SEED=38` found it: the attempt was killed, and the next one looked before the server had made the index."""
    ensure_indexes(bare.client, bare.prefix, types=("course",))
    monkeypatch.setattr(bare.client.indices, "get", lambda **_: {})
    ensure_indexes(bare.client, bare.prefix, types=("course",))
    assert len(bare.client.indices.get_alias(name=serving_alias(bare.prefix, "course"))) == 1
