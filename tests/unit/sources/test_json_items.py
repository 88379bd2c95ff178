"""A JSON body item by item: the same items as when it is parsed whole, and nothing of it is taken for another thing."""

from __future__ import annotations

import json
import tracemalloc
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from include.sources.json_items import ItemsDecoder, items_of
from include.sources.payload import NotFinite

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def decoded(body: bytes) -> list[Any]:
    return list(ItemsDecoder().decode(cast(requests.Response, SimpleNamespace(content=body))))


@given(st.lists(st.dictionaries(st.text(), values)))
def test_a_list_gives_its_items(items: list[Any]) -> None:
    assert decoded(json.dumps(items).encode()) == items
    assert [orjson.loads(each) for each in items_of(orjson.dumps(items))] == orjson.loads(orjson.dumps(items))


@given(st.dictionaries(st.text(), values))
def test_anything_else_is_one_value(value: dict[str, Any]) -> None:
    assert decoded(json.dumps(value).encode()) == [value]


def test_an_item_that_only_a_lenient_parser_reads_does_not_spoil_the_others() -> None:
    first, second, third = decoded(b'[{"a": 1}, {"a": NaN}, {"a": "\\ud800"}]')
    assert first == {"a": 1}
    assert isinstance(second["a"], NotFinite)
    assert third == {"a": "\ud800"}


@pytest.mark.parametrize("body", [b'[{"a": 1}', b'[{"a": 1},]', b"<html>", b'[{"a": "\xff"}]', b"[1] and more"])
def test_what_is_not_json_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        decoded(body)


def test_one_item_is_in_memory_at_a_time() -> None:
    body = orjson.dumps([{"title": "T" * 20, "topics": [str(n) for n in range(50)]} for _ in range(20_000)])
    tracemalloc.start()
    whole = orjson.loads(body)
    _, of_all = tracemalloc.get_traced_memory()
    del whole
    tracemalloc.reset_peak()
    for _ in ItemsDecoder().decode(cast(requests.Response, SimpleNamespace(content=body))):
        pass
    _, one_by_one = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert one_by_one < of_all / 5
