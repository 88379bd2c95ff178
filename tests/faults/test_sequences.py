"""The short form of the fault harness: a few sequences and what once failed; `make faults` plays as many as one likes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.faults.play import play
from tests.faults.regressions import regressions
from tests.faults.sequence import Sequence, make
from tests.faults.world import World, running_world
from tests.support.local_stack import shared_stack

pytestmark = pytest.mark.timeout(900)
SEEDS = (2, 6)
REGRESSIONS = dict(regressions())


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Servers that no other test uses, as they are killed."""
    with running_world(shared_stack("faults", request, airflow=False), tmp_path_factory.mktemp("sequences")) as made:
        yield made


@pytest.mark.parametrize("seed", SEEDS)
def test_a_disturbed_chain_ends_as_an_undisturbed_one(world: World, seed: int) -> None:
    played = play(world, make(seed))
    assert played.met, "no trouble came to its place"


@pytest.mark.parametrize("why", REGRESSIONS)
def test_what_failed_once_ends_as_undisturbed(world: World, why: str) -> None:
    play(world, REGRESSIONS[why])


def test_a_seed_is_always_the_same_sequence_and_can_be_kept() -> None:
    for seed in range(50):
        made = make(seed)
        assert made == make(seed)
        assert Sequence.of(json.loads(json.dumps(made.as_json()))) == made
