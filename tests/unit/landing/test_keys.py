"""Run keys: the same for a retry, sortable by time, and safe as a part of an object key."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.landing.keys import manifest_key, part_key, run_date, run_key

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(dag=st.text(), run=st.text(), at=moments)
def test_a_run_key_is_one_safe_segment_of_a_key(dag: str, run: str, at: datetime) -> None:
    key = run_key(dag, run, at)
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,200}", key)
    assert run_key(dag, run, at) == key
    assert run_date(key) == at.date()
    assert "//" not in part_key("s", "t", key, 0)


@given(one=st.text(), other=st.text(), at=moments)
def test_different_runs_have_different_keys(one: str, other: str, at: datetime) -> None:
    assert (run_key("d", one, at) == run_key("d", other, at)) == (one == other)


@given(one=moments, other=moments)
def test_keys_sort_by_time(one: datetime, other: datetime) -> None:
    if one.replace(microsecond=0) < other.replace(microsecond=0):
        assert run_key("d", "r", one) < run_key("d", "r", other)


def test_the_date_is_that_of_utc() -> None:
    evening = datetime(2024, 9, 10, 22, tzinfo=timezone(timedelta(hours=-4)))
    assert run_date(run_key("d", "r", evening)) == date(2024, 9, 11)


def test_the_layout_is_the_one_that_is_documented() -> None:
    key = run_key("ingest_xpro", "manual__2024-09-10T12:00:00+00:00", datetime(2024, 9, 10, 12, tzinfo=UTC))
    assert manifest_key("xpro", "courses", key) == f"raw/source=xpro/stream=courses/date=2024-09-10/run={key}/_manifest.json"
    assert part_key("xpro", "courses", key, 7).endswith("/part-00007.jsonl.gz")


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        run_key("d", "r", datetime(2024, 9, 10))
    with pytest.raises(ValueError):
        run_date("20240910/../x")
