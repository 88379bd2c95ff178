"""The first difference of each field, and nothing that the server only writes differently."""

from __future__ import annotations

import copy

import pytest

from include.contracts.documents import index_bodies
from include.search.mapping_diff import analysis_differences, mapping_differences

BODY = index_bodies()["course"]


@pytest.mark.parametrize("index_type", sorted(index_bodies()))
def test_the_contract_does_not_differ_from_itself(index_type: str) -> None:
    body = index_bodies()[index_type]
    assert list(mapping_differences(body["mappings"], copy.deepcopy(body["mappings"]))) == []
    assert list(analysis_differences(body["settings"]["analysis"], copy.deepcopy(body["settings"]["analysis"]))) == []


def test_what_the_server_adds_is_no_difference() -> None:
    declared = {"properties": {"join": {"type": "join", "relations": {"a": "b"}}, "price": {"type": "scaled_float", "scaling_factor": 100}}}
    actual = {
        "properties": {
            "join": {"type": "join", "relations": {"a": "b"}, "eager_global_ordinals": True},
            "price": {"type": "scaled_float", "scaling_factor": 100.0},
            "added": {"type": "text"},
        }
    }
    assert list(mapping_differences(declared, actual)) == []
    assert list(analysis_differences({"filter": {"s": {"size": 2}}}, {"filter": {"s": {"size": "2"}}})) == []


def test_each_difference_is_named_by_its_place() -> None:
    actual = copy.deepcopy(BODY["mappings"])
    actual["properties"]["runs"]["properties"]["title"]["fields"]["english"]["analyzer"] = "standard"
    del actual["properties"]["topics"]["properties"]["id"]
    places = {told.partition(":")[0] for told in mapping_differences(BODY["mappings"], actual)}
    assert places == {"runs.title.english", "topics.id"}


def test_analysis_that_only_one_side_has_is_a_difference() -> None:
    analysis = BODY["settings"]["analysis"]
    more = copy.deepcopy(analysis)
    more["filter"]["extra"] = {"type": "stop"}
    assert list(analysis_differences(analysis, more)) == ["analysis.filter.extra: declared nothing, index has {'type': 'stop'}"]
