"""Two ascending streams become one, whatever they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.search.canonical import differing_fields, digest
from include.search.merge import merged

NUMBERS = st.dictionaries(st.integers(0, 50), st.binary(max_size=3), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.text(max_size=3), JSON, max_size=5)


@given(NUMBERS, NUMBERS)
def test_each_number_comes_once_in_order_with_what_each_side_has(left: dict[int, bytes], right: dict[int, bytes]) -> None:
    got = list(merged(sorted(left.items()), sorted(right.items())))
    assert [number for number, _, _ in got] == sorted(left.keys() | right.keys())
    assert all((one, other) == (left.get(number), right.get(number)) for number, one, other in got)


@given(DOCUMENTS, DOCUMENTS)
def test_documents_have_one_digest_exactly_when_no_field_differs(one: dict[str, object], other: dict[str, object]) -> None:
    shuffled = dict(reversed(one.items()))
    assert digest(shuffled) == digest(one)
    assert differing_fields(one, shuffled) == []
    if digest(one) == digest(other):
        assert differing_fields(one, other) == []
