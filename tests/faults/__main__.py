"""``make faults N=100 SEED=1``: the sequences of so many seeds, on servers of their own; ends with a summary.

A line for each sequence, in ``.local/faults/results.jsonl`` as well: a run that was stopped goes on after the seeds that passed with the
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

import typer
from rich.console import Console

from include.local.place import PLACE, make_settings, settings_in
from include.local.progress import Board
from include.local.settings import ROOT
from include.local.stack import Stack
from tests.faults.play import Failed, play
from tests.faults.regressions import regressions
from tests.faults.sequence import Sequence, make
from tests.faults.world import World, running_world

HOME = ROOT / ".local" / "faults"
RESULTS = HOME.with_name("faults-results.jsonl")
CODE = ("include/**/*.py", "include/**/*.sql", "tests/faults/*.py")
console = Console(highlight=False, soft_wrap=True)


def main(sequences: int = 100, seed: int = 1, with_regressions: bool = True) -> None:
    """Play the regressions and the sequences of seeds ``seed``, ``seed + 1`` and so on."""
    logging.disable(logging.INFO)
    code = _fingerprint()
    known = {} if os.environ.get("FRESH") else _passed(code)
    planned = [(f"regression {each.seed}: {why}", each) for why, each in (regressions() if with_regressions else ())]
    planned += [(f"seed {each}", make(each)) for each in range(seed, seed + sequences)]
    waiting = [(name, each) for name, each in planned if name not in known]
    if len(waiting) < len(planned):
        console.print(f"{len(planned) - len(waiting)} of {len(planned)} sequences passed before with this code (FRESH=1 plays them again)")
    failed: list[str] = []
    met, errors = Counter[str](), Counter[str]()
    began = time.monotonic()
    if waiting:
        with _OwnWorld() as world:
            for number, (name, sequence) in enumerate(waiting, 1):
                failed += [] if _play(world, f"{number}/{len(waiting)} {name}", name, sequence, code, met, errors) else [name]
            console.print("errors of the troubled attempts:", dict(errors.most_common()))
            console.print("seconds of the steps:", {step: round(taken) for step, taken in world.seconds.most_common()})
    minutes = (time.monotonic() - began) / 60
    console.print(
        f"{len(planned) - len(failed)} of {len(planned)} sequences ended as undisturbed, {minutes:.0f} min; troubles: {dict(met)}"
    )
    for name in failed:
        console.print(f"failed: {name}")
    raise typer.Exit(bool(failed))


def _play(world: World, shown: str, name: str, sequence: Sequence, code: str, met: Counter[str], errors: Counter[str]) -> bool:
    began = time.monotonic()
    try:
        played = play(world, sequence)
    except Exception as error:  # noqa: BLE001 (the others go on)
        kept = HOME.with_name(f"faults-failed-{sequence.seed}.json")
        kept.write_text(json.dumps(sequence.as_json()))
        said = str(error) if isinstance(error, Failed) else traceback.format_exc()
        console.print(
            f"{shown}: FAILED {' '.join(sequence.feeds)}\n{said}\n  again: make faults N=1 SEED={sequence.seed}  ({kept})", markup=False
        )
        return False
    seconds = time.monotonic() - began
    met.update(played.met)
    errors.update(played.errors)
    troubles = " ".join(f"{kind}:{count}" for kind, count in sorted(played.met.items())) or "none"
    console.print(
        f"{shown}: ok, {'+'.join(sequence.feeds)}, {len(sequence.rounds)} rounds, {played.attempts} attempts, {troubles}, {seconds:.0f} s"
    )
    with RESULTS.open("a") as file:
        file.write(json.dumps({"name": name, "code": code, "seconds": round(seconds), "met": played.met}) + "\n")
    return True


class _OwnWorld:
    """A world on a stack of its own, which is gone afterwards."""

    def __enter__(self) -> World:
        if (HOME / PLACE).exists():  # what a killed run left
            Stack(settings_in(HOME)).reset()
        self.stack = Stack(make_settings(HOME, durable=False), airflow=False)
        self.opened = running_world(self.stack, HOME / "work", lambda text: console.print(f"  {text}"))
        try:
            with Board(console) as board:
                self.stack.up(board)
            return self.opened.__enter__()
        except BaseException:
            self.stack.reset()
            raise

    def __exit__(self, *error: object) -> None:
        try:
            self.opened.__exit__(None, None, None)
        finally:
            self.stack.reset()


def _fingerprint() -> str:
    """A hash of the code that the sequences play on."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in CODE for path in ROOT.glob(pattern) if "target" not in path.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _passed(code: str) -> dict[str, dict[str, object]]:
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines()] if RESULTS.exists() else []
    return {each["name"]: each for each in lines if each["code"] == code}


if __name__ == "__main__":
    typer.run(main)
