"""The state does not depend on the order in which manifests are loaded, nor on how often."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.landing import Manifest
from include.sources.base import Json, Reject
from tests.integration.warehouse.conftest import Warehouse
from tests.support.feeds import at, course

KEYS = "abcd"
RUN_NUMBERS = itertools.count()

# What a run finds of each record: its version, that it cannot be used, or nothing.
finds = st.fixed_dictionaries({key: st.sampled_from([None, 0, 1, 2, "bad"]) for key in KEYS})
runs = st.lists(st.tuples(finds, st.sampled_from(["whole", "whole", "limited", "nameless"])), min_size=1, max_size=5)


def land(warehouse: Warehouse, example: int, hour: int, found: dict[str, Any], kind: str) -> Manifest:
    items: list[Json | Reject] = [
        course(key, 9, min_price="free") if v == "bad" else course(key, v) for key, v in found.items() if v is not None
    ]
    if kind == "nameless":
        items = [course("always"), *items, Reject("has no readable_id", "page 1", "{}")]
    limit = max(1, len(items) - 1) if kind == "limited" else None
    return warehouse.land(hour, items[: len(items) // 2], items[len(items) // 2 :], limit=limit, name=f"-{example}")


def expected(history: list[tuple[dict[str, Any], str]], removed_after: int) -> dict[str, Any]:
    """The state after the runs, by the rules as a person would say them."""
    state: dict[str, Any] = {}
    missing: dict[str, int] = {}
    for found, kind in history:
        seen = [(key, version) for key, version in found.items() if version is not None]
        if kind == "limited":
            seen = seen[: max(1, len(seen) - 1)]
        if kind == "nameless":
            state["always"] = course("always")
        missing = {key: count for key, count in missing.items() if key not in dict(seen) and (kind, key) != ("nameless", "always")}
        if kind == "whole":
            missing |= {key: missing.get(key, 0) + 1 for key in state if key not in dict(seen)}
            state = {key: payload for key, payload in state.items() if missing.get(key, 0) < removed_after}
            missing = {key: count for key, count in missing.items() if key in state}
        state |= {key: course(key, version) for key, version in seen if version != "bad"}
    return state


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=runs, removed_after=st.sampled_from([1, 2, 3]), data=st.data())
def test_any_order_with_repeats_gives_the_same_states(
    warehouse: Warehouse, history: list[tuple[dict[str, Any], str]], removed_after: int, data: st.DataObject
) -> None:
    example = next(RUN_NUMBERS)
    warehouse.connection.execute("truncate raw.mitxonline__courses, ops.loads, ops.rejects, ops.absences")
    warehouse.connection.commit()
    manifests = [land(warehouse, example, hour, *found) for hour, found in enumerate(history)]
    order = data.draw(st.permutations(range(len(manifests))))
    repeats = data.draw(st.lists(st.sampled_from(order), max_size=2))
    for number in [*order, *repeats]:
        warehouse.load(manifests[number], removed_after=removed_after)
    for hour in range(len(manifests)):
        assert warehouse.state(at(hour)) == expected(history[: hour + 1], removed_after)
    [(loads, rejected)] = warehouse.rows("select count(*), sum(rejected) from ops.loads")
    assert loads == len(manifests)
    assert warehouse.rows("select count(*) from ops.rejects") == [(rejected,)]


def test_two_runs_of_one_moment_have_an_order_too(warehouse: Warehouse) -> None:
    one, other = (warehouse.land(0, [course("a", version)], name=f"-{version}") for version in (1, 2))
    first, last = sorted((one, other), key=lambda manifest: manifest.key)
    warehouse.load(last)
    warehouse.load(first)
    assert warehouse.state() == {"a": course("a", 1 if last == one else 2)}
