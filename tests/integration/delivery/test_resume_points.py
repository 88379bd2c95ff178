"""A delivery may end in any chunk, of any size, any number of times: the next ones end where an undisturbed one does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.delivery import chunk
from tests.integration.delivery.test_restart import catalog, changed, state

ends = st.lists(st.integers(1, 8), max_size=4)


class Ended(Exception):
    """The process would have ended here."""


def deliver(world: Any, chunk_units: int, ends_in: list[int]) -> None:
    """Deliver until it goes well; attempt after attempt ends in the chunk of that number, after its rows and before its commit."""
    record = chunk._recorded
    for last in [*ends_in, None]:
        reached = 0

        def ending(*given: Any, last: int | None = last) -> Any:
            nonlocal reached
            reached += 1
            if reached == last:
                raise Ended
            return record(*given)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chunk, "_recorded", ending)
            try:
                world.deliver(chunk_units=chunk_units)
            except Ended:
                continue


def loads(world: Any, chunk_units: int, first: list[int], second: list[int]) -> None:
    world.reset()
    world.marts.put(*catalog())
    deliver(world, chunk_units, first)
    world.marts.drop("ocw|course|O1")
    world.marts.put(*changed())
    deliver(world, chunk_units, second)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(chunk_units=st.integers(1, 6), first=ends, second=ends)
def test_a_delivery_that_ended_anywhere_is_finished_by_the_next(world: Any, chunk_units: int, first: list[int], second: list[int]) -> None:
    """All but the outbox: a unit that was delivered in an attempt of its own is named there as often as it changed."""
    if not hasattr(world, "undisturbed"):
        loads(world, 1000, [], [])
        world.undisturbed = state(world, but=("outbox",))
    loads(world, chunk_units, first, second)
    assert state(world, but=("outbox",)) == world.undisturbed
    unnamed = """
    select readable_id from learning_resources_learningresource
    where id not in (select resource_id from pipelines.outbox)
    """
    assert world.column(unnamed) == []
