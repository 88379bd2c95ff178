"""``make demo``: everything up, one run of the whole chain, and the proof that it arrived."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from include.errors import SearchError
from include.local import agreement, object_store
from include.local.airflow_api import AirflowApi
from include.local.progress import Board, Step
from include.local.report import Comparison, Done, Report, search_client
from include.local.settings import ROOT, Settings
from include.local.stack import Stack
from include.search.query import Hit, search

#: Every DAG of the project; a file is one DAG of its name.
DAGS = {path.stem for path in (ROOT / "dags").glob("*.py")}
STARTED = ("ingest_", "deliver_reference")
"""DAGs whose names begin so are started; everything else follows from their assets."""
DAGS_SECONDS = 300.0
CHAIN_SECONDS = 1800.0
QUIET_POLLS = 5
"""How often in a row nothing may run before the chain counts as ended: an asset event becomes a run within half a second."""
LATE_SECONDS = 20.0
"""How long to go on waiting when nothing runs and the numbers do not agree yet."""
POLL_SECONDS = 0.5
RECENT_SECONDS = 30.0


class DemoFailed(Exception):
    """The chain ended, and not everything that went in came out; the message says what."""


@dataclass
class Chain:
    """Watches one pass of the chain through Airflow's API."""

    api: AirflowApi
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished: dict[tuple[str, str], str] = field(default_factory=dict)

    def start(self, step: Step) -> None:
        """Let the DAGs run, last one first, and trigger the first ones."""
        self._await_dags(step)
        # A feed without a schedule is off: retired, or another way to what is read already.
        scheduled = [dag["dag_id"] for dag in self.api.dags() if dag["dag_id"] in DAGS and dag["timetable_summary"]]
        started = [dag_id for dag_id in scheduled if dag_id.startswith(STARTED)]
        by_hand = [dag_id for dag_id in started if not self.api.starts_by_itself(dag_id)]
        for dag_id in sorted(scheduled, key=lambda each: each in started):
            self.api.unpause(dag_id)
        for dag_id in by_hand:
            self.api.trigger(dag_id)

    def watch(self, step: Step, board: Board) -> None:
        """Return when nothing runs any more."""
        quiet_polls = 0
        while quiet_polls < QUIET_POLLS:
            if step.seconds > CHAIN_SECONDS:
                raise DemoFailed(f"The chain has not ended after {CHAIN_SECONDS:.0f} s: {step.note}")
            running = self.api.unfinished_runs()
            quiet_polls = 0 if running else quiet_polls + 1
            self._tell_finished(board)
            step.note = f"{len(self.finished)} runs done; now {self._now(running)}"
            time.sleep(POLL_SECONDS)

    def failures(self) -> list[str]:
        """Runs of this pass that failed."""
        return [f"{dag_id} ({run_id})" for (dag_id, run_id), state in self.finished.items() if state == "failed"]

    def _await_dags(self, step: Step) -> None:
        deadline = time.monotonic() + DAGS_SECONDS
        while missing := DAGS - {dag["dag_id"] for dag in self.api.dags()}:
            step.note = f"waiting for the DAG processor: {', '.join(sorted(missing))}"
            if time.monotonic() > deadline:
                errors = [f"{each['filename']}: {each['stack_trace'][-600:]}" for each in self.api.import_errors()]
                raise DemoFailed("\n".join([f"Airflow has not read {', '.join(sorted(missing))}", *errors]))
            time.sleep(POLL_SECONDS)

    def _tell_finished(self, board: Board) -> None:
        for run in self.api.finished_runs(self.began):
            key = run["dag_id"], run["dag_run_id"]
            if key not in self.finished:
                self.finished[key] = run["state"]
                board.say(f"  {run['dag_id']:24} {run['state']:8} {_seconds(run):6.1f} s")

    def _now(self, running: list[dict[str, Any]]) -> str:
        tasks = sorted({f"{each['dag_id']}.{each['task_id']}" for each in self.api.unfinished_tasks() if each["state"] == "running"})
        return ", ".join(tasks[:4]) or ", ".join(sorted({run["dag_id"] for run in running})) or "nothing"


def run_demo(settings: Settings) -> None:
    """The whole of it; raises DemoFailed when a number does not agree with the next."""
    began = time.monotonic()
    console = Console(highlight=False, soft_wrap=True)
    stack = Stack(settings)
    phases = _install_phase(settings)
    with Board(console) as board:
        stack.up(board)
        phases |= {"servers": stack.phases["servers"], "of which Airflow": stack.phases["airflow"]}
        chain = Chain(stack.api())
        with board.step("chain", "starting") as step, _reader(settings) as report:
            chain.start(step)
            comparisons = _until_agreed(chain, report, step, board)
            phases["chain"] = round(step.seconds, 1)
            done = report.done_since(chain.began)
            words = report.any_title()
            hits = _search(report, settings, words)
    console.print(_table(done))
    console.print("\nWhat each stage holds of a source, key by key:")
    for line in agreement.lines(comparisons):
        console.print(line, markup=False)
    console.print(f'\nA search for "{words}" through the alias:', markup=False)
    for hit in hits:
        console.print(f"  {hit.score:8.2f}  {hit.title}  ({hit.readable_id})", markup=False)
    phases["total"] = round(time.monotonic() - began + phases.get("install", 0.0), 1)
    console.print("\nTime: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in phases.items()))
    _tell_addresses(console, settings)
    problems = [each.difference() for each in comparisons if not each.agrees]
    problems += [f"failed: {name}" for name in chain.failures()]
    if words not in {hit.title for hit in hits}:
        problems.append(f'a search for "{words}" does not find what has that title')
    if problems:
        raise DemoFailed("The demo did not come out right:\n" + "\n".join(f"  {problem}" for problem in problems))


def _until_agreed(chain: Chain, report: Report, step: Step, board: Board) -> list[Comparison]:
    deadline = None
    while True:
        chain.watch(step, board)
        try:
            comparisons = list(report.comparisons())
        except psycopg.errors.UndefinedTable as error:  # the first transform has not come to its marts
            if chain.failures():
                raise DemoFailed(f"The marts are not there ({error.diag.message_primary}); failed: {', '.join(chain.failures())}") from None
            comparisons = []
        if comparisons and (all(each.agrees for each in comparisons) or chain.failures()):
            return comparisons
        deadline = deadline or time.monotonic() + LATE_SECONDS
        if time.monotonic() > deadline:
            return comparisons
        step.note = "nothing runs; the numbers do not agree yet"


def _search(report: Report, settings: Settings, words: str) -> list[Hit]:
    try:
        return search(report.search, settings.index_prefix, words, size=3, now=datetime.now(UTC))
    except SearchError:  # no index yet: the comparisons say what is missing
        return []


@contextmanager
def _reader(settings: Settings) -> Iterator[Report]:
    with (
        psycopg.connect(settings.dsn("warehouse"), autocommit=True) as warehouse,
        psycopg.connect(settings.dsn("learn"), autocommit=True) as learn,
    ):
        client = search_client(settings.opensearch_url)
        yield Report(warehouse, learn, client, object_store.client(settings), settings.landing_bucket, settings.index_prefix)


def _install_phase(settings: Settings) -> dict[str, float]:
    """Seconds of the bootstrap, when it ran just before us; the interpreter that ran it is gone."""
    try:
        told = json.loads((settings.home / "install.json").read_text())
    except FileNotFoundError:
        return {}
    return {"install": told["seconds"]} if time.time() - told["at"] < RECENT_SECONDS else {}


def _table(done: dict[str, Done]) -> Table:
    table = Table(title="What this run did", title_justify="left")
    table.add_column("source", no_wrap=True)
    for name in ("records landed", "raw versions written", "rows delivered", "documents indexed"):
        table.add_column(name, justify="right")
    for source, each in done.items():
        documents = "none" if each.documents is None else str(each.documents)
        table.add_row(source, *map(str, (each.landed, each.raw_versions, each.rows_delivered)), documents)
    return table


def _tell_addresses(console: Console, settings: Settings) -> None:
    console.print(f"\nAirflow    {settings.airflow_url}  user admin  password {settings.secrets.airflow_users['admin']}", markup=False)
    console.print(
        f"OpenSearch {settings.opensearch_url}   S3 {settings.s3['endpoint_url']}   upstream {settings.upstream_url}", markup=False
    )
    console.print('Databases  eval "$(make -s env)"; psql $LEARN_URL   (make status, make logs, make down)', markup=False)


def _seconds(run: dict[str, Any]) -> float:
    if not (run["start_date"] and run["end_date"]):
        return 0.0
    return (datetime.fromisoformat(run["end_date"]) - datetime.fromisoformat(run["start_date"])).total_seconds()
