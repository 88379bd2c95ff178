"""Building what changed gives what building everything gives, and building nothing new writes nothing."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.integration.dbt.conftest import BUILD, START, Warehouse
from tests.integration.dbt.raw_feed import Publishers, RawFeed

STEPS = 3


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_sequence_of_changes_ends_as_a_full_refresh(warehouse: Warehouse, seed: int) -> None:
    chance = random.Random(seed)
    publishers = Publishers(RawFeed(warehouse.connection), chance, START)
    publishers.change(START - timedelta(hours=1), changes=60)
    warehouse.dbt(*BUILD)
    now = START
    for _ in range(STEPS):
        now += timedelta(days=chance.choice([0, 3, 11]), hours=1)
        publishers.change(now - timedelta(minutes=1), changes=chance.choice([0, 5, 15]))
        warehouse.dbt("run", as_of=now)
    incremental, before = warehouse.marts(), warehouse.places()
    assert len(incremental["catalog_unit"]) > 10, "the sequence made nothing to compare"

    warehouse.dbt(*BUILD, as_of=now)
    assert warehouse.places() == before, "a run without anything new wrote rows"

    warehouse.dbt(*BUILD, "--full-refresh", as_of=now)
    assert warehouse.marts() == incremental
