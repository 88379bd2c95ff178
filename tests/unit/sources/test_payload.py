"""What cannot be stored is rejected by itself; everything else comes out as it came in."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.sources.payload import MAX_RECORD_BYTES, encode_record, parse_json, reject_of

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(payload=st.dictionaries(st.text(max_size=5), values, max_size=5))
def test_a_record_is_kept_whole_or_rejected(payload: dict[str, Any]) -> None:
    line = encode_record("k", payload)
    if isinstance(line, bytes):
        assert orjson.loads(line) == {"key": "k", "payload": payload}
        assert "\x00" not in line.decode()
        assert json.dumps(json.loads(line), sort_keys=True) == json.dumps(json.loads(line))
    else:
        assert "\\u0000" in json.dumps(payload)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (rb'{"a": "x\u0000y"}', "NUL"),
        (rb'{"x\u0000y": 1}', "NUL"),
        (rb'{"a": ["\ud800"]}', "surrogate"),
        (b'{"a": NaN}', "not finite"),
        (b'{"a": [-Infinity]}', "not finite"),
        (b'{"a": 1e999}', "not finite"),
    ],
)
def test_what_postgres_cannot_hold_is_rejected_with_the_reason(body: bytes, reason: str) -> None:
    line = encode_record("k", parse_json(body))
    assert isinstance(line, str)
    assert reason in line


def test_an_escaped_backslash_is_not_a_nul() -> None:
    assert isinstance(encode_record("k", parse_json(rb'{"a": "\\u0000"}')), bytes)


def test_a_huge_record_is_rejected() -> None:
    assert "larger" in str(encode_record("k", {"a": "x" * MAX_RECORD_BYTES}))


def test_a_record_nested_too_deeply_is_rejected() -> None:
    payload: dict[str, Any] = {}
    for _ in range(2_000):
        payload = {"a": payload}
    assert isinstance(encode_record("k", payload), str)
    assert reject_of("deep", "page 1", payload).sample


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'{"a": }', b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(body)
