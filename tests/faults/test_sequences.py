"""The short form of the fault harness: a few sequences and what once failed; `make faults` plays as many as one likes."""

from __future__ import annotations

import json

import pytest

from tests.faults.play import Failed, play, play_together
from tests.faults.regressions import regressions
from tests.faults.sequence import Sequence, make
from tests.faults.world import World

pytestmark = pytest.mark.timeout(900)
SEEDS = (4, 5, 6)
"""Of one twin."""
REGRESSIONS = dict(regressions())


def test_disturbed_chains_end_as_an_undisturbed_one(world: World) -> None:
    ends = play_together(world, [make(seed) for seed in SEEDS])
    for seed, end in zip(SEEDS, ends, strict=True):
        assert not isinstance(end, Failed), f"{end}\nagain: make faults N=1 SEED={seed}"
    assert sum(len(end.met) for end in ends) >= len(SEEDS), "hardly any trouble came to its place"


@pytest.mark.parametrize("why", REGRESSIONS)
def test_what_failed_once_ends_as_undisturbed(world: World, why: str) -> None:
    play(world, REGRESSIONS[why])


def test_a_seed_is_always_the_same_sequence_and_can_be_kept() -> None:
    for seed in range(50):
        made = make(seed)
        assert made == make(seed)
        assert Sequence.of(json.loads(json.dumps(made.as_json()))) == made
