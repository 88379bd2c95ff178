"""The content hash leaves out what changes without a meaning, and nothing else."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from include.sources.payload import encode_record
from include.warehouse.rows import content_hash

VOLATILE = (("fetched_at",), ("runs", "*", "views"))


def digest(payload: dict[str, Any]) -> bytes:
    text = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return content_hash(text, orjson.loads(text), VOLATILE)


@given(views=st.lists(st.integers(0, 9), max_size=3), fetched=st.text(max_size=3))
def test_volatile_places_do_not_count(views: list[int], fetched: str) -> None:
    payload = {"title": "a", "fetched_at": fetched, "runs": [{"id": n, "views": seen} for n, seen in enumerate(views)]}
    without = {"title": "a", "runs": [{"id": n} for n, _ in enumerate(views)]}
    assert digest(payload) == digest(without)


numbers = st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=3)


@given(one=numbers, other=numbers)
def test_everything_else_counts(one: dict[str, int], other: dict[str, int]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(payload=st.dictionaries(st.text(max_size=3), json_values, max_size=4), data=st.data())
def test_the_order_in_which_a_publisher_writes_its_fields_does_not_count(payload: dict[str, Any], data: st.DataObject) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, list):
            return [shuffled(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {name: shuffled(value[name]) for name in data.draw(st.permutations(sorted(value)))}

    assert encode_record("a", shuffled(payload)) == encode_record("a", payload)
