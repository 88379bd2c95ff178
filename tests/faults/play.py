"""Plays sequences on chains, and what changes in them on a twin that nothing disturbs; then compares their ends."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg

from tests.faults import sequence as sequences
from tests.faults.sequence import OPTIONS, Change, Round, text_edit
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


def play(world: World, sequence: sequences.Sequence) -> Played:
    """Play one; :raises Failed: with everything that is wrong at its end, or at once when a step does not recover."""
    [ended] = play_together(world, [sequence])
    if isinstance(ended, Failed):
        raise ended
    return ended


def play_together(world: World, given: Sequence[sequences.Sequence]) -> list[Played | Failed]:
    """Play sequences in which the same changes upstream: each on a chain of its own, all beside one twin."""
    first, *others = given
    assert all((each.feeds, each.changes) == (first.feeds, first.changes) for each in others), "they have one twin"
    world.upstream.reset()
    with ExitStack() as opened:
        twin = opened.enter_context(world.chain("twin"))
        disturbed = [Disturbed(world, each, opened.enter_context(world.chain(f"faulted{number}"))) for number, each in enumerate(given)]
        _Player(world, first, twin, disturbed).play()
    return [each.failed or each.played for each in disturbed]


class _Player:
    """What all chains see: the upstream, the clock, and the steps in their order."""

    def __init__(self, world: World, told: sequences.Sequence, twin: Chain, disturbed: list[Disturbed]) -> None:
        self.world, self.told, self.twin, self.disturbed = world, told, twin, disturbed
        self.steps = sequences.steps_of(told.feeds)
        self.now: datetime = BEGINNING

    def play(self) -> None:
        """Every round, then undisturbed passes until nothing is written any more, then the comparison."""
        for number, each in enumerate(self.told.rounds):
            self._round(number, each)
        self._come_to_rest()
        twins = documents_of(self.world.search, self.twin.place.prefix)
        for each in self.disturbed:
            each.go_on(each.compare, self.twin, twins)

    def _round(self, number: int, told: Round) -> None:
        if number and any(change.command == "remove" for change in told.changes):
            # In Learn, a record that goes keeps the text that was delivered last: let every chain have those of the rounds before.
            self._undisturbed_pass(f"before-{number}")
        self.now += timedelta(days=told.days, hours=1)
        if told.days:
            self.world.upstream.clock(at=self.now)
        for change in told.changes:
            change.do(self.world.upstream)
        for step, feed in self.steps:
            expected = self.twin.must(_untested(step), feed, f"round-{number}", self.now)
            for each in self.disturbed:
                each.go_on(each.step, number, step, feed, self.now, expected)

    def _come_to_rest(self) -> None:
        for number in range(MOST_LAST_PASSES):
            written = self._undisturbed_pass(f"last-{number}")
            if number and not written:
                return
        raise Failed(f"undisturbed passes with nothing new do not stop writing: {written} in the last")

    def _undisturbed_pass(self, name: str) -> int:
        self.now += timedelta(hours=1)
        return self._pass(self.twin, name) + sum(each.go_on(self._pass, each.chain, name) or 0 for each in self.disturbed)

    def _pass(self, chain: Chain, name: str) -> int:
        return sum(chain.must(_untested(step), feed, name, self.now).answer.get("written", 0) for step, feed in self.steps)


class Disturbed:
    """One chain with its sequence. ``failed``: what went wrong; nothing more is done with it then."""

    def __init__(self, world: World, told: sequences.Sequence, chain: Chain) -> None:
        self.world, self.told, self.chain = world, told, chain
        self.rng = random.Random(told.seed)
        self.ids: Ids = {}
        self.played = Played()
        self.failed: Failed | None = None

    def go_on(self, work: Callable[..., Any], *given: Any) -> Any:
        """Do the work and keep what goes wrong, for the others go on; nothing after a failure."""
        if self.failed is not None:
            return None
        try:
            return work(*given)
        except AssertionError as error:
            self.failed = error if isinstance(error, Failed) else Failed(str(error))
            return None

    def step(self, number: int, step: str, feed: str, now: datetime, expected: Outcome) -> None:
        """One step as the round of that number says: each trouble an attempt, then until it goes well, if it is not given up."""
        told, name, key = self.told.rounds[number], f"round-{number}", f"{step}/{feed}"
        troubles = told.troubles.get(key, ())
        step = step if troubles else _untested(step)
        went_well = False
        for trouble in troubles:
            went_well = self._troubled(step, feed, name, now, trouble, expected).went_well
        if not went_well and key not in told.given_up:
            self._recover(step, feed, name, now, told)
        if step == "deliver":
            self._check_ids()

    def _troubled(self, step: str, feed: str, name: str, now: datetime, trouble: Trouble, expected: Outcome) -> Outcome:
        with self._around(trouble, feed) as armed:
            outcome = self.chain.attempt(step, feed, name, now, armed, expected.passed)
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
        if "*" in trouble.kind:
            kind, requests = trouble.kind.split("*")
            self.world.upstream.fault(feed, kind, requests=int(requests), **OPTIONS.get(kind, {}))
            try:
                yield None
            finally:
                self.world.upstream.reset("faults")
        elif trouble.kind == "edit":
            edit: Change = text_edit(self.rng, feed, f"Meanwhile {self.played.attempts}")
            self.chain.meanwhile = lambda: edit.do(self.world.upstream)
            yield trouble
        elif trouble.kind == "read_only":
            with self.chain.read_only_index():
                yield None
        elif trouble.kind == "busy":
            with busy_server(self.world.settings.opensearch_url, refusals=1 + int(trouble.share * 6), item_refusals=3) as stub:
                proxy = self.chain.proxies["search"]
                proxy.target = ("127.0.0.1", stub.server_port)
                try:
                    yield None
                finally:
                    proxy.target = self.world.address("search")
        else:
            yield trouble

    def _recover(self, step: str, feed: str, name: str, now: datetime, told: Round) -> None:
        for _ in range(UNDISTURBED_ATTEMPTS):
            outcome = self.chain.attempt(step, feed, name, now)
            self.played.attempts += 1
            if outcome.went_well or (told.given_up and outcome.answer.get("error") == NOT_YET):
                return
        raise Failed(f"{step} {feed} does not recover: {outcome.answer.get('text', outcome.code)}")

    def _check_ids(self) -> None:
        with psycopg.connect(self.chain.admin_dsn("learn")) as learn:
            now = ids_of(learn)
        if moved := [key for key, number in self.ids.items() if now.get(key) != number]:
            raise Failed(f"ids that changed: {moved[:3]}")
        self.ids |= now

    def compare(self, twin: Chain, twins_documents: dict[str, Any]) -> None:
        """The end against that of the twin; :raises Failed: with every difference."""
        self._check_ids()
        documents = documents_of(self.world.search, self.chain.place.prefix)
        wrong = [*faults_of(self.chain, documents, INDEX_TYPES), *differences(twin, self.chain, twins_documents, documents)]
        if wrong:
            raise Failed("\n".join(wrong))


def _untested(step: str) -> str:
    """The tests of dbt take longer than the models; they run where the transform itself is disturbed."""
    return "build" if step == "transform" else step
