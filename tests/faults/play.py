"""Plays a sequence on a chain, and the same changes on a twin that nothing disturbs; then compares their ends."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg

from tests.faults.sequence import OPTIONS, Change, Round, Sequence, steps_of, text_edit
from tests.faults.state import Ids, differences, documents_of, faults_of, ids_of
from tests.faults.steps import INDEX_TYPES
from tests.faults.world import BEGINNING, Chain, Outcome, Trouble, World
from tests.support.busy_server import busy_server

UNDISTURBED_ATTEMPTS = 3
MOST_LAST_PASSES = 6
NOT_YET = "NotPublished"
"""Delivery finds the marts closed: the transform before it was given up. Airflow skips the task."""


class Failed(AssertionError):
    """A sequence did not end as its twin."""


@dataclass
class Played:
    """What a sequence met."""

    attempts: int = 0
    met: Counter[str] = field(default_factory=Counter)
    """Kind of trouble -> how often it came."""
    errors: Counter[str] = field(default_factory=Counter)
    """`<step>: <error>` -> how often a troubled attempt ended so."""


def play(world: World, sequence: Sequence) -> Played:
    """Play it; :raises Failed: with everything that is wrong at the end, or at once when a step does not recover."""
    world.upstream.reset()
    with world.chain("twin") as twin, world.chain("faulted") as faulted:
        player = _Player(world, sequence, twin, faulted)
        for number, each in enumerate(sequence.rounds):
            player.round(number, each)
        player.end()
    return player.played


class _Player:
    def __init__(self, world: World, sequence: Sequence, twin: Chain, faulted: Chain) -> None:
        self.world, self.sequence, self.twin, self.faulted = world, sequence, twin, faulted
        self.rng = random.Random(sequence.seed)
        self.now: datetime = BEGINNING
        self.ids: Ids = {}
        self.played = Played()

    def round(self, number: int, each: Round) -> None:
        """Change the upstream, then every step: undisturbed in the twin, and as the round says in the chain."""
        self.now += timedelta(days=each.days, hours=1)
        if each.days:
            self.world.upstream.clock(at=self.now)
        for change in each.changes:
            self._change(change)
        for step, feed in steps_of(self.sequence.feeds):
            key, name = f"{step}/{feed}", f"round-{number}"
            troubles = each.troubles.get(key, ())
            expected = self.twin.must(_untested(step), feed, name, self.now)
            step = step if troubles else _untested(step)
            went_well = False
            for trouble in troubles:
                went_well = self._troubled(step, feed, name, trouble, expected).went_well
            if not went_well and key not in each.given_up:
                self._recover(step, feed, name, each)
            if step == "deliver":
                self._check_ids()

    def _change(self, change: Change) -> None:
        getattr(self.world.upstream, change.command)(**change.arguments)

    def _troubled(self, step: str, feed: str, name: str, trouble: Trouble, expected: Outcome) -> Outcome:
        with self._around(trouble, feed) as armed:
            outcome = self.faulted.attempt(step, feed, name, self.now, armed, expected.passed)
        self.played.attempts += 1
        if outcome.met or armed is None:
            self.played.met[trouble.kind] += 1
        if error := outcome.answer.get("error"):
            self.played.errors[f"{step}: {error}"] += 1
        if trouble.kind == "restart":
            self.world.wait_until_well()
        is_ours = trouble.where != "upstream"
        if outcome.answer.get("is_final") and is_ours and outcome.answer["error"] != NOT_YET:
            raise Failed(f"{step} {feed}: {trouble} is taken for an error that does not pass:\n{outcome.answer['text']}")
        return outcome

    @contextmanager
    def _around(self, trouble: Trouble, feed: str) -> Iterator[Trouble | None]:
        """Put a trouble in force that is not one of the network, for one attempt; yields what is left to arm."""
        chain = self.faulted
        if "*" in trouble.kind:
            kind, requests = trouble.kind.split("*")
            self.world.upstream.fault(feed, kind, requests=int(requests), **OPTIONS.get(kind, {}))
            try:
                yield None
            finally:
                self.world.upstream.reset("faults")
        elif trouble.kind == "edit":
            edit = text_edit(self.rng, feed, f"Meanwhile {self.played.attempts}")
            chain.meanwhile = lambda: self._change(edit)
            yield trouble
        elif trouble.kind == "read_only":
            with chain.read_only_index():
                yield None
        elif trouble.kind == "busy":
            refusals = 1 + int(trouble.share * 6)
            with busy_server(self.world.settings.opensearch_url, refusals=refusals, item_refusals=3) as stub:
                chain.proxies["search"].target = ("127.0.0.1", stub.server_port)
                try:
                    yield None
                finally:
                    chain.proxies["search"].target = self.world.address("search")
        else:
            yield trouble

    def _recover(self, step: str, feed: str, name: str, each: Round) -> None:
        for _ in range(UNDISTURBED_ATTEMPTS):
            outcome = self.faulted.attempt(step, feed, name, self.now)
            self.played.attempts += 1
            if outcome.went_well:
                return
            if each.given_up and outcome.answer.get("error") == NOT_YET:
                return
        raise Failed(f"{step} {feed} does not recover: {outcome.answer.get('text', outcome.code)}")

    def _check_ids(self) -> None:
        with psycopg.connect(self.faulted.admin_dsn("learn")) as learn:
            now = ids_of(learn)
        if moved := [key for key, number in self.ids.items() if now.get(key) != number]:
            raise Failed(f"ids that changed: {moved[:3]}")
        self.ids |= now

    def end(self) -> None:
        """Undisturbed passes until nothing is written any more, then the comparison."""
        for number in range(MOST_LAST_PASSES):
            self.now += timedelta(hours=1)
            written = [self._last_pass(chain, f"last-{number}") for chain in (self.twin, self.faulted)]
            if number and not any(written):
                break
        else:
            raise Failed(f"undisturbed passes with nothing new do not stop writing: {written}")
        self._check_ids()
        documents = [documents_of(self.world.search, chain.place.prefix) for chain in (self.twin, self.faulted)]
        wrong = [*faults_of(self.faulted, documents[1], INDEX_TYPES), *differences(self.twin, self.faulted, *documents)]
        if wrong:
            raise Failed("\n".join(wrong))

    def _last_pass(self, chain: Chain, name: str) -> int:
        steps = steps_of(self.sequence.feeds)
        return sum(chain.must(_untested(step), feed, name, self.now).answer.get("written", 0) for step, feed in steps)


def _untested(step: str) -> str:
    """The tests of dbt take longer than the models; they run where the transform itself is disturbed."""
    return "build" if step == "transform" else step
