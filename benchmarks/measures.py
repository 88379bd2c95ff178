"""The measures of one size, by name: `make bench ONLY=orm,hit` takes some of them. Each begins where the first run has ended."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from benchmarks import airflow_group, baselines, changes, hit, orm
from benchmarks.reader import Reader
from benchmarks.report import Measure
from include.local.settings import ROOT, Settings
from include.local.stack import Stack

Taken = dict[str, Any]
Measures = dict[str, Measure]
STAGES = ("land", "load", "load_documents", "transform", "deliver", "others", "sync")
SAME_CHANGES = 100
"""So many courses change at every size, to see whether the size counts."""
MOST_MIB = 512
TRIALS = 3
"""Of what is compared in turn with the raw tool; the middle one counts."""


@dataclass
class Bench:
    """A running stack of one size, and what its stages took."""

    stack: Stack
    size: int
    console: Console
    first: dict[str, Taken] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    """Task of Airflow -> the most memory that its process had, MiB."""
    same: dict[str, Taken] = field(default_factory=dict)
    """What the stages took for `SAME_CHANGES` changes."""

    @property
    def settings(self) -> Settings:
        """Of the stack."""
        return self.stack.settings

    def stage(self, name: str) -> Taken:
        """Run a stage in a process of its own."""
        command = [sys.executable, "-m", "benchmarks.stage", name, str(self.settings.home)]
        answer = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
        taken: Taken = json.loads(answer.stdout.splitlines()[-1])
        self.console.print(f"  {name}: {taken}")
        return taken

    def run(self) -> dict[str, Taken]:
        """The stages of a run in their order, until one has nothing to hand on."""
        return {name: self.stage(name) for name in STAGES}


def seconds(taken: dict[str, Taken]) -> float:
    """Of several stages."""
    return float(sum(each["seconds"] for each in taken.values()))


def parts_of(taken: dict[str, Taken]) -> str:
    """The seconds of each stage."""
    return ", ".join(f"{name} {each['seconds']:.1f}" for name, each in taken.items())


def without(taken: dict[str, Taken], *names: str) -> dict[str, Taken]:
    """The other stages."""
    return {name: each for name, each in taken.items() if name not in names}


def rate(taken: Taken, unit: str, against: str, ratio: float | None, aim: str = "") -> Measure:
    """Units per second."""
    return Measure(round(taken["units"] / taken["seconds"]), unit, against, None if ratio is None else round(ratio, 2), aim)


def first_run(bench: Bench) -> Measures:
    """Everything for the first time; what all other measures begin with."""
    measures: Measures = {}
    for name in ("land", "load", "load_documents", "parse", "transform", "reference", "deliver", "others", "indexes", "sync"):
        taken = bench.stage(name)
        if name in STAGES:
            bench.first[name] = taken
            facts = f"{taken['units']} units, peak {taken['peak_mib']} MiB"
            measures[f"first run, {name}, {bench.size} resources"] = Measure(taken["seconds"], "s", facts, None)
    return measures


def raw_load(bench: Bench) -> Measures:
    """The load against COPY: of records as they were landed, and of documents that are parsed into records first."""
    found: Measures = {}
    for stage, what, aim in (("load", "raw load", ">= 0.7"), ("load_documents", "raw load of RSS, parsed into records", "")):
        taken = bench.first[stage]
        copied = baselines.psql_copy(bench.settings, bench.settings.home / "copy", expanded=stage == "load_documents")
        told = rate(taken, "records/s", "psql \\copy of the same payloads", copied / taken["seconds"], aim)
        found[f"{what}, {bench.size}"] = told
    return found


def orm_delivery(bench: Bench) -> Measures:
    """Delivery against a row-by-row upsert through an ORM."""
    delivered = bench.first["deliver"]
    ours, rows = delivered["units"] / delivered["seconds"], orm.units_per_second(bench.settings)
    against = f"row by row through an ORM, {rows:.1f} units/s"
    return {f"units delivered, first load of {bench.size}": rate(delivered, "units/s", against, ours / rows, ">= 50")}


def bulk_documents(bench: Bench) -> Measures:
    """Documents built and indexed against the bulk API with ready ones: in turn, on a server that both find warm.

    The first sync of a run meets a server that has just started; here the indexes are lost, and a sync makes all of them again.
    """
    ready = baselines.ready_documents(bench.settings)
    trials = []
    for _ in range(TRIALS):
        bulk = baselines.bulk_ready(bench.settings, ready)
        baselines.lose_indexes(bench.settings)
        bench.stage("indexes")
        trials.append((bulk, bench.stage("sync")))
    ratios = [bulk / sent["seconds"] for bulk, sent in trials]
    ratio = sorted(ratios)[TRIALS // 2]
    sent = trials[ratios.index(ratio)][1]
    against = f"bulk API, ready documents; in turn: {', '.join(f'{each:.2f}' for each in ratios)}"
    return {f"documents built and indexed, {bench.size}": rate(sent, "documents/s", against, ratio, ">= 0.8")}


def rebuilt_indexes(bench: Bench) -> Measures:
    """Every index rebuilt and swapped while a client searches, against the bulk API with ready documents that nobody reads.

    :raises RuntimeError: the client met an error, or an answer with fewer documents than there are.
    """
    ready = baselines.ready_documents(bench.settings)
    documents = sum(map(len, ready.values()))
    with Reader(bench.settings) as reader:
        taken = bench.stage("rebuild_indexes")
    if reader.errors or reader.fewest < reader.before:
        raise RuntimeError(
            f"searches met {len(reader.errors)} errors {reader.errors[:1]}, and {reader.fewest} of {reader.before} documents"
        )
    bulk = baselines.bulk_ready(bench.settings, ready)
    told = f"bulk API, ready documents; {reader.searches} searches meanwhile, no error"
    sent = {"units": documents, "seconds": taken["seconds"]}
    return {f"rebuild of {documents} documents under a reader": rate(sent, "documents/s", told, bulk / taken["seconds"], ">= 0.7")}


def unchanged(bench: Bench) -> Measures:
    """A second run with nothing new, without dbt as in Airflow, and with it.

    :raises RuntimeError: it wrote something.
    """
    again = bench.run()
    asked = bench.stage("build")
    if written := sum(again[name]["units"] for name in ("transform", "deliver", "others", "sync")):
        raise RuntimeError(f"an unchanged run chose or wrote {written} models, units and documents: {again}")
    return {
        f"unchanged run, {bench.size}": _share(bench, again, "<= 0.05, 0 writes"),
        f"unchanged run, without reading the feeds again, {bench.size}": _share(bench, without(again, "land"), ""),
        f"unchanged run, dbt asked all the same, {bench.size}": _share(bench, again | {"transform": asked}, ""),
    }


def _share(bench: Bench, taken: dict[str, Taken], aim: str) -> Measure:
    first = seconds({name: bench.first[name] for name in taken})
    return Measure(round(seconds(taken), 1), "s", f"first run, {first:.1f} s; {parts_of(taken)}", round(seconds(taken) / first, 3), aim)


def one_percent(bench: Bench) -> Measures:
    """A run after which 1 % of the resources have changed."""
    changed = max(1, bench.size // 100)
    changes.retitle(bench.settings, bench.size, changed)
    taken = bench.run()
    if taken["deliver"]["units"] < changed // 2:  # some courses of the sandbox are not for the catalogue
        raise RuntimeError(f"{changed} courses changed, {taken['deliver']['units']} units were delivered")
    name = f"1 % changed ({changed} courses, {taken['deliver']['units']} units)"
    return {
        f"{name}, {bench.size}": _share(bench, taken, "<= 0.1"),
        f"{name}, without reading the feeds again, {bench.size}": _share(bench, without(taken, "land"), ""),
    }


def same_changes(bench: Bench) -> Measures:
    """The same number of changes at every size; the sizes are compared when all are measured."""
    changes.retitle(bench.settings, bench.size, SAME_CHANGES)
    bench.same = taken = bench.run()
    return {f"{SAME_CHANGES} changes, {bench.size}": Measure(round(seconds(taken), 1), "s", parts_of(taken), None)}


def compared(benches: list[Bench]) -> Measures:
    """What two sizes say together."""
    small, large = benches[0], benches[-1]
    found: Measures = {}
    for name, taken in large.first.items():
        peak, before = taken["peak_mib"], small.first[name]["peak_mib"]
        told = Measure(peak, "MiB", f"{before} MiB at {small.size}", round(peak / before, 2), f"<= {MOST_MIB} MiB")
        found[f"peak memory of {name}, {large.size} resources"] = told
    if small is not large and small.same and large.same:
        parts = {"": (), ", without reading the feeds": ("land",), ", without reading and load": ("land", "load", "load_documents")}
        for what, left_out in parts.items():
            one, other = (seconds(without(each.same, *left_out)) for each in (small, large))
            against = f"{one:.1f} s at {small.size}"
            found[f"{SAME_CHANGES} changes{what}, {large.size}"] = Measure(round(other, 1), "s", against, round(other / one, 2), "<= 1.5")
    return found


def dbt_group(bench: Bench) -> Measures:
    """The task group of Airflow against a bare dbt, everything rebuilt."""
    bare = bench.stage("rebuild")["seconds"]
    group = airflow_group.group_seconds(bench.stack.api(), rebuild=True)
    ratio = round(group / bare, 2)
    name = f"dbt task group in Airflow, everything rebuilt, {bench.size}"
    return {name: Measure(round(group, 1), "s", f"one bare dbt build, {bare:.1f} s", ratio)}


def one_hit(bench: Bench) -> Measures:
    """One changed course from the upstream to a search hit, through Airflow, three times; and the memory of its tasks."""
    taken, bench.tasks = hit.seconds_to_hit(bench.stack, trials=3)
    each = ", ".join(f"{one:.0f}" for one in taken)
    worst = sorted(bench.tasks.items(), key=lambda told: -told[1])
    told = ", ".join(f"{name} {peak}" for name, peak in worst[1:5])
    return {
        f"one changed course among {bench.size}, upstream to search hit, in Airflow": Measure(
            round(sorted(taken)[len(taken) // 2], 1), "s", f"trials: {each} s", None, "< 60 s"
        ),
        f"peak memory of a task in Airflow, {bench.size}": Measure(
            worst[0][1], "MiB", f"{worst[0][0]}; then {told}", None, f"<= {MOST_MIB} MiB"
        ),
    }


MEASURES: dict[str, Callable[[Bench], Measures]] = {
    "first": first_run,
    "raw": raw_load,
    "orm": orm_delivery,
    "bulk": bulk_documents,
    "unchanged": unchanged,
    "changed": one_percent,
    "same": same_changes,
    "rebuild": rebuilt_indexes,
    "group": dbt_group,
    "hit": one_hit,
}
