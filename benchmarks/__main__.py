"""``make bench``: every stage against the raw tool, in one run, on servers of its own.

``SIZES=1000,20000``: numbers of resources, the smallest first. ``ONLY=orm,hit``: some of the measures (``measures.MEASURES``); the first
run always is one. Writes ``.local/bench.json`` (``{measure: {value, unit, against, ratio, aim, taken}}``) and the table of
``docs/performance.md``; with ``ONLY``, measures that this run did not take stay as they are there.
"""

from __future__ import annotations

import json
import os
import platform
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console

from benchmarks.measures import MEASURES, Bench, Measures, compared
from benchmarks.report import read_table, write_table
from include.local.place import make_settings
from include.local.progress import Board
from include.local.settings import ROOT
from include.local.stack import Stack

HOME = ROOT / ".local" / "bench"
RESULTS = ROOT / ".local" / "bench.json"
PAGE = ROOT / "docs" / "performance.md"
DEFAULT_SIZES = "1000,20000"
console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Measure at each size, then write the results down. A measure that fails does not hold the others; the first run does."""
    sizes = [int(size) for size in (os.environ.get("SIZES") or DEFAULT_SIZES).split(",")]
    only = [name for name in (os.environ.get("ONLY") or "").split(",") if name]
    if unknown := sorted(set(only) - set(MEASURES)):
        raise SystemExit(f"ONLY={','.join(unknown)}: there are {', '.join(MEASURES)}")
    chosen = {name: measure for name, measure in MEASURES.items() if name == "first" or not only or name in only}
    measures: Measures = {}
    benches: list[Bench] = []
    failed: list[str] = []
    try:
        for size in sizes:
            with running(size) as bench:
                for name, measure in chosen.items():
                    console.print(f"-- {name}")
                    try:
                        measures |= tell(measure(bench))
                    except Exception:
                        if name == "first":
                            raise
                        console.print(traceback.format_exc(), markup=False)
                        failed.append(f"{name} at {size}")
                benches.append(bench)
        measures |= tell(compared(benches))
    finally:
        write(measures, keep=bool(only))
    if failed:
        raise SystemExit(f"not measured: {', '.join(failed)}")


def tell(taken: Measures) -> Measures:
    """Show measures as they come."""
    for name, each in taken.items():
        console.print(f"  {name}: {each.value} {each.unit}, ratio {each.ratio}, aim {each.aim or '-'} ({each.against})", markup=False)
    return taken


def write(measures: Measures, *, keep: bool) -> None:
    """The results as JSON and as a table; with ``keep``, beside those of earlier runs."""
    today = datetime.now(UTC).date().isoformat()
    whole = (read_table(PAGE) if keep else {}) | {name: replace(each, taken=today) for name, each in measures.items()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({name: each.as_json() for name, each in whole.items()}, indent=1) + "\n")
    write_table(PAGE, whole, machine())
    console.print(f"written: {RESULTS}, {PAGE}")


@contextmanager
def running(resources: int) -> Iterator[Bench]:
    """A whole stack with an upstream of that many resources, empty at the start and gone at the end."""
    console.print(f"== {resources} resources")
    stack = Stack(make_settings(HOME, upstream_resources=resources))
    try:
        with Board(console) as board:
            stack.up(board)
        yield Bench(stack, resources, console)
    finally:
        stack.reset()


def machine() -> str:
    """What the numbers were taken on."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), platform.machine()
    )
    return f"{psutil.cpu_count()} cores ({cpu}), {psutil.virtual_memory().total / 2**30:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
