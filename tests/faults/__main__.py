"""``make faults N=100 SEED=1``: the sequences of so many seeds, on servers of their own; ends with a summary.

A line for each sequence, in ``.local/faults-results.jsonl`` as well: a run that was stopped goes on after the seeds that passed with the
same code (``FRESH=1`` begins anew). A seed that fails is told with the command that plays it again, and its sequence is kept beside.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

import typer
from rich.console import Console

from include.local.place import PLACE, make_settings, settings_in
from include.local.progress import Board
from include.local.settings import ROOT
from include.local.stack import Stack
from tests.faults.play import Failed, Played, play_together
from tests.faults.regressions import regressions
from tests.faults.sequence import Sequence, make
from tests.faults.world import World, running_world

HOME = ROOT / ".local" / "faults"
RESULTS = HOME.with_name("faults-results.jsonl")
CODE = ("include/**/*.py", "include/**/*.sql", "include/dbt/**/*.yml", "tests/faults/*.py")
console = Console(highlight=False, soft_wrap=True)
Named = tuple[str, Sequence]


@dataclass
class Session:
    """One run of the command."""

    code: str
    planned: int
    done: int = 0
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def play(self, world: World, group: list[Named]) -> None:
        """Play sequences that have one twin, and tell of each."""
        began = time.monotonic()
        try:
            ends = play_together(world, [sequence for _, sequence in group])
        except Exception:  # noqa: BLE001 (the others go on)
            ends = [Failed(traceback.format_exc())] * len(group)
        seconds = (time.monotonic() - began) / len(group)
        for (name, sequence), end in zip(group, ends, strict=True):
            self.done += 1
            shown = f"{self.done}/{self.planned} {name}"
            if isinstance(end, Failed):
                self._tell_failed(shown, name, sequence, end)
            else:
                self._tell_passed(shown, name, sequence, end, seconds)

    def _tell_failed(self, shown: str, name: str, sequence: Sequence, end: Failed) -> None:
        kept = HOME.with_name(f"faults-failed-{sequence.seed}.json")
        kept.write_text(json.dumps(sequence.as_json()))
        again = f"again: make faults N=1 SEED={sequence.seed}  ({kept})"
        console.print(f"{shown}: FAILED {' '.join(sequence.feeds)}\n{end}\n  {again}", markup=False)
        self.failed.append(name)

    def _tell_passed(self, shown: str, name: str, sequence: Sequence, end: Played, seconds: float) -> None:
        self.passed += 1
        self.met.update(end.met)
        self.errors.update(end.errors)
        troubles = " ".join(f"{kind}:{count}" for kind, count in sorted(end.met.items())) or "no trouble"
        facts = f"{len(sequence.rounds)} rounds, {end.attempts} attempts, {seconds:.0f} s"
        console.print(f"{shown}: ok, {'+'.join(sequence.feeds)}, {facts}, {troubles}", markup=False)
        with RESULTS.open("a") as file:
            file.write(json.dumps({"name": name, "code": self.code, "seconds": round(seconds), "met": end.met}) + "\n")


def main(sequences: int = 100, seed: int = 1, with_regressions: bool = True) -> None:
    """Play the regressions and the sequences of seeds ``seed``, ``seed + 1`` and so on."""
    logging.disable(logging.INFO)
    code = fingerprint()
    planned = [(f"regression {each.seed}: {why}", each) for why, each in (regressions() if with_regressions else ())]
    planned += [(f"seed {each}", make(each)) for each in range(seed, seed + sequences)]
    known = set() if os.environ.get("FRESH") else passed_before(code)
    waiting = [each for each in planned if each[0] not in known]
    if len(waiting) < len(planned):
        console.print(f"{len(planned) - len(waiting)} of {len(planned)} sequences passed before with this code (FRESH=1 plays them again)")
    session = Session(code, len(waiting))
    began = time.monotonic()
    if waiting:
        with own_world() as world:
            for group in with_one_twin(waiting):
                session.play(world, group)
            told = {step: round(taken) for step, taken in world.seconds.most_common()}
        console.print(f"seconds of the steps: {told}\nerrors of troubled attempts: {dict(session.errors.most_common())}", markup=False)
    console.print(f"troubles: {dict(session.met.most_common())}", markup=False)
    minutes = (time.monotonic() - began) / 60
    console.print(f"{session.passed} of {session.planned} sequences ended as undisturbed, in {minutes:.0f} min")
    for name in session.failed:
        console.print(f"failed: {name}", markup=False)
    raise typer.Exit(bool(session.failed))


def with_one_twin(planned: list[Named]) -> Iterator[list[Named]]:
    """Neighbours with the same changes upstream."""
    for _, group in groupby(planned, lambda each: (each[1].feeds, each[1].changes)):
        yield list(group)


@contextmanager
def own_world() -> Iterator[World]:
    """A world on a stack of its own, which is gone afterwards."""
    if (HOME / PLACE).exists():  # what a killed run left
        Stack(settings_in(HOME)).reset()
    stack = Stack(make_settings(HOME, durable=False), airflow=False)
    try:
        with Board(console) as board:
            stack.up(board)
        with running_world(stack, HOME / "work", lambda text: console.print(f"  {text}")) as world:
            yield world
    finally:
        stack.reset()


def fingerprint() -> str:
    """A hash of the code that the sequences play on."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in CODE for path in ROOT.glob(pattern) if "target" not in path.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def passed_before(code: str) -> set[str]:
    """Sequences that passed with this code."""
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines()] if RESULTS.exists() else []
    return {each["name"] for each in lines if each["code"] == code}


if __name__ == "__main__":
    typer.run(main)
