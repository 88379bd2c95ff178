"""The short form of the fault harness: a few sequences and what once failed; `make faults` plays as many as one likes."""

from __future__ import annotations

import json

import pytest

from tests.faults.play import play
from tests.faults.regressions import regressions
from tests.faults.sequence import Sequence, make
from tests.faults.world import World

pytestmark = pytest.mark.timeout(900)
SEEDS = (2, 6)
REGRESSIONS = dict(regressions())


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
