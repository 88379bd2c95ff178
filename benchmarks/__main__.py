"""``make bench``: every stage at two sizes against the raw tool, in one run, on servers of its own.

Writes ``.local/bench.json`` (``{measure: {value, unit, against, ratio}}``) and the table of ``docs/performance.md``.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from benchmarks import baselines
from benchmarks.airflow_group import group_seconds
from benchmarks.report import Measure, write_table
from include.local.place import make_settings
from include.local.progress import Board
from include.local.settings import ROOT, Settings
from include.local.stack import Stack

HOME = ROOT / ".local" / "bench"
SMALL, LARGE = 1_000, 20_000
STAGES = ("land", "load", "build", "deliver", "sync")
console = Console(highlight=False, soft_wrap=True)
Taken = dict[str, Any]


def main() -> None:
    """Measure at both sizes, then write the results down."""
    sizes = [int(size) for size in os.environ.get("BENCH_SIZES", f"{SMALL},{LARGE}").split(",")]
    measures: dict[str, Measure] = {}
    peaks: dict[str, dict[int, int]] = {stage: {} for stage in STAGES}
    for size in sizes:
        with running(size) as stack:
            taken = measure(stack, size, peaks)
        for name, each in taken.items():
            console.print(f"  {name}: {each.value} {each.unit}, ratio {each.ratio}")
        measures |= taken
    for stage, by_size in peaks.items():
        small, large = by_size[sizes[0]], by_size[sizes[-1]]
        measures[f"peak memory of {stage}, {sizes[-1]} resources"] = Measure(
            large, "MiB", f"{small} MiB at {sizes[0]}", round(large / small, 2)
        )
    told = {name: each.as_json() for name, each in measures.items()}
    (ROOT / ".local" / "bench.json").write_text(json.dumps(told, indent=1) + "\n")
    write_table(ROOT / "docs" / "performance.md", measures, machine(), datetime.now(UTC))
    console.print(f"written: {ROOT / '.local' / 'bench.json'}, docs/performance.md")


@contextmanager
def running(resources: int) -> Iterator[Stack]:
    """A whole stack with an upstream of that many resources, empty at the start and gone at the end."""
    console.print(f"== {resources} resources")
    stack = Stack(make_settings(HOME, upstream_resources=resources))
    try:
        with Board(console) as board:
            stack.up(board)
        yield stack
    finally:
        stack.reset()


def measure(stack: Stack, size: int, peaks: dict[str, dict[int, int]]) -> dict[str, Measure]:
    """All measures of one size."""
    settings = stack.settings
    found: dict[str, Measure] = {}
    first = {"land": stage("land", settings), "load": stage("load", settings)}
    copied = baselines.psql_copy(settings, HOME / "copy")
    found[f"raw load, {size}"] = rate(first["load"], "records/s", "psql \\copy of the same payloads", copied / first["load"]["seconds"])

    stage("parse", settings)
    first["build"] = stage("build", settings)
    baselines.publish_marts(settings)
    stage("reference", settings)
    first["deliver"] = stage("deliver", settings)
    found[f"delivery, {size}"] = rate(first["deliver"], "units/s", "", None)
    stage("indexes", settings)
    first["sync"] = stage("sync", settings)
    ready = baselines.ready_documents(settings)
    bulk = baselines.bulk_ready(settings, ready)
    sent = {"units": sum(map(len, ready.values())), "seconds": first["sync"]["seconds"]}
    found[f"documents built and indexed, {size}"] = rate(sent, "documents/s", "bulk API, ready documents", bulk / sent["seconds"])

    again = {name: stage(name, settings) for name in ("land", "load")}
    rebuilt = stage("build", settings)["seconds"]
    baselines.publish_marts(settings)
    again |= {name: stage(name, settings) for name in ("deliver", "sync")}
    if again["deliver"]["units"] + again["sync"]["units"]:
        raise RuntimeError(f"an unchanged run wrote {again['deliver']['units']} units and {again['sync']['units']} documents")
    whole, steps = seconds(first), seconds(again)
    against = f"first run, {whole:.1f} s"
    found[f"unchanged run: dbt has nothing to do, {size}"] = Measure(round(steps, 1), "s", against, round(steps / whole, 2))
    found[f"unchanged run, dbt asked all the same, {size}"] = Measure(
        round(steps + rebuilt, 1), "s", against, round((steps + rebuilt) / whole, 2)
    )
    for name, taken in first.items():
        peaks[name][size] = taken["peak_mib"]
        facts = f"{taken['units']} units, peak {taken['peak_mib']} MiB" if taken["units"] else f"peak {taken['peak_mib']} MiB"
        found[f"first run, {name}, {size} resources"] = Measure(taken["seconds"], "s", facts, None)
        console.print(f"  {name:8} {taken['units']:>8} units {taken['seconds']:>8.1f} s {taken['peak_mib']:>6} MiB")

    bare = stage("rebuild", settings)["seconds"]
    group = group_seconds(stack.api(), rebuild=True)
    found[f"dbt task group in Airflow, everything rebuilt, {size}"] = Measure(
        round(group, 1), "s", f"one bare dbt build, {bare:.1f} s", round(group / bare, 2)
    )
    return found


def stage(name: str, settings: Settings) -> Taken:
    """Run a stage in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.stage", name, str(settings.home)]
    answer = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    taken: Taken = json.loads(answer.stdout.splitlines()[-1])
    console.print(f"  {name}: {taken}")
    return taken


def seconds(taken: dict[str, Taken]) -> float:
    """Of several stages."""
    return float(sum(each["seconds"] for each in taken.values()))


def rate(taken: Taken, unit: str, against: str, ratio: float | None) -> Measure:
    """Units per second."""
    return Measure(round(taken["units"] / taken["seconds"]), unit, against, None if ratio is None else round(ratio, 2))


def machine() -> str:
    """What the numbers were taken on."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), platform.machine()
    )
    return f"{psutil.cpu_count()} cores ({cpu}), {psutil.virtual_memory().total / 2**30:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
