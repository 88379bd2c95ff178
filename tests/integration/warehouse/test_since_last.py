"""A snapshot is loaded by the parts in which it differs from the one before; the result is that of reading it whole."""

from __future__ import annotations

import itertools

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.landing import Manifest
from include.sources.base import Json, Reject
from include.warehouse.load import LoadResult
from tests.integration.warehouse.conftest import Warehouse
from tests.support.feeds import at, course

EXAMPLES = itertools.count()
FIRST = [[course("a"), course("b")], [course("c")], [course("d")], [course("e")]]

versions = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 1), min_size=1)
pages = st.integers(1, 4)


def lose_parts(warehouse: Warehouse, manifest: Manifest, *numbers: int) -> None:
    """Nobody can read these parts any more."""
    for number in numbers:
        warehouse.s3.delete_object(Bucket=warehouse.bucket, Key=manifest.parts[number].key)


def test_what_is_loaded_already_is_not_read_again(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, *FIRST))
    again = warehouse.land(1, *FIRST)
    lose_parts(warehouse, again, 0, 1, 2, 3)
    assert warehouse.load(again) == LoadResult(landed=5, new_versions=0, removed=0, rejected=0)


def test_only_the_parts_that_differ_are_read(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, *FIRST))
    changed = warehouse.land(1, [course("a", 1), course("f")], *FIRST[1:])
    lose_parts(warehouse, changed, 1, 2, 3)
    assert warehouse.load(changed) == LoadResult(landed=5, new_versions=2, removed=1, rejected=0)
    assert warehouse.state() == {"a": course("a", 1)} | {key: course(key) for key in "cdef"}


def test_a_record_that_moved_to_another_part_is_not_gone(warehouse: Warehouse) -> None:
    warehouse.load(warehouse.land(0, *FIRST))
    moved = warehouse.land(1, [course("a")], [course("c"), course("b")], *FIRST[2:])
    assert warehouse.load(moved) == LoadResult(landed=5, new_versions=0, removed=0, rejected=0)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param({"pages": [*FIRST[:3], [course("e", 1, min_price="free")]]}, id="one of its records was rejected"),
        pytest.param({"pages": [*FIRST, [Reject("has no readable_id", "page 5", "{}")]]}, id="one could not even be landed"),
        pytest.param({"pages": FIRST, "limit": 4}, id="it had a limit"),
    ],
)
def test_after_a_read_that_does_not_say_everything_all_is_read(warehouse: Warehouse, before: Json) -> None:
    given_pages = before.pop("pages")
    warehouse.load(warehouse.land(0, *given_pages, **before))
    after = warehouse.land(1, *FIRST)
    lose_parts(warehouse, after, 0)
    with pytest.raises(ClientError, match="NoSuchKey"):
        warehouse.load(after)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(versions, pages), min_size=2, max_size=5), removed_after=st.sampled_from([1, 2]))
def test_the_result_is_that_of_reading_everything(
    warehouse: Warehouse, history: list[tuple[dict[str, int], int]], removed_after: int
) -> None:
    name = f"-since-{next(EXAMPLES)}"
    warehouse.connection.execute("truncate raw.mitxonline__courses, ops.loads, ops.rejects, ops.absences")
    warehouse.connection.commit()
    missing: dict[str, int] = {}
    state: dict[str, Json] = {}
    for hour, (found, per_page) in enumerate(history):
        records = [course(key, version) for key, version in sorted(found.items())]
        manifest = warehouse.land(hour, *(records[start : start + per_page] for start in range(0, len(records), per_page)), name=name)
        result = warehouse.load(manifest, removed_after=removed_after)
        missing = {key: missing.get(key, 0) + 1 for key in state if key not in found}
        gone = {key for key, times in missing.items() if times >= removed_after}
        before = state
        state = {key: each for key, each in before.items() if key not in gone} | {key: course(key, v) for key, v in found.items()}
        assert warehouse.state(at(hour)) == state
        assert (result.landed, result.removed) == (len(found), len(gone))
        assert result.new_versions == sum(before.get(key) != each for key, each in state.items())
