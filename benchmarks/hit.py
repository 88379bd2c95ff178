"""One changed course from its publisher to a search hit through a running Airflow, and the memory that its tasks need."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psutil

from benchmarks.airflow_group import RunFailed
from benchmarks.changes import FEED, retitle_one
from benchmarks.reader import Beside
from include.local.airflow_api import AirflowApi
from include.local.stack import Stack
from include.search import SearchSettings, make_client
from include.search.names import serving_alias

INGEST = f"ingest_{FEED}"
CONSUMERS = ("sync_search_index", "deliver_app_database", "deliver_reference", "transform_catalog")
QUIET_SECONDS = 4.0
POLL_SECONDS = 0.25
PATIENCE_SECONDS = 3600.0
MEBIBYTE = 2**20


def seconds_to_hit(stack: Stack, trials: int) -> tuple[list[float], dict[str, int]]:
    """Seconds of each trial, and the peak memory (MiB, resident) of each task that ran.

    Airflow first catches up with what the stages did without it. A trial begins when the publisher has the change and its ingest is
    triggered, as a schedule would; it ends when a search finds the new title.
    """
    api = stack.api()
    for dag_id in (*CONSUMERS, INGEST):
        api.unpause(dag_id)
    api.trigger("transform_catalog")
    settle(api)
    with TaskMemory(stack) as memory:
        taken = [_trial(stack, api) for _ in range(trials)]
    return taken, memory.by_task(api)


def _trial(stack: Stack, api: AirflowApi) -> float:
    title = f"Hit {uuid.uuid4().hex[:12]}"
    client = make_client(SearchSettings(stack.settings.opensearch_url))
    alias = serving_alias(stack.settings.index_prefix, "course")
    query = {"query": {"match_phrase": {"title": title}}}
    retitle_one(stack.settings, title)
    began = time.monotonic()
    api.trigger(INGEST)
    while client.search(index=alias, body=query)["hits"]["total"]["value"] == 0:
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise RunFailed(f"{title} was not found within {PATIENCE_SECONDS:.0f} s; see the runs in Airflow")
        time.sleep(POLL_SECONDS)
    found = time.monotonic() - began
    settle(api)
    return found


def settle(api: AirflowApi) -> None:
    """Wait until nothing has run for some seconds."""
    deadline, quiet_since = time.monotonic() + PATIENCE_SECONDS, time.monotonic()
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        if api.unfinished_runs():
            quiet_since = time.monotonic()
        if time.monotonic() > deadline:
            raise RunFailed("the chain does not come to rest; see the runs in Airflow")
        time.sleep(POLL_SECONDS)


class TaskMemory(Beside):
    """Looks at the processes under the scheduler, several times a second, as long as the block lasts."""

    def __init__(self, stack: Stack) -> None:
        self.scheduler = psutil.Process(int(stack.supervisor.states()["airflow-scheduler"]["pid"]))
        self.peaks: dict[int, int] = defaultdict(int)
        self.began = datetime.now(UTC) - timedelta(seconds=1)
        super().__init__(POLL_SECONDS)

    def look(self) -> None:
        """Every process of a task, once."""
        with suppress(psutil.Error):
            for process in self.scheduler.children(recursive=True):
                with suppress(psutil.Error):
                    self.peaks[process.pid] = max(self.peaks[process.pid], process.memory_info().rss)

    def by_task(self, api: AirflowApi) -> dict[str, int]:
        """`<dag>.<task>` -> MiB."""
        found: dict[str, int] = {}
        for run in api.finished_runs(self.began):
            for instance in api.task_instances(run["dag_id"], run["dag_run_id"]):
                peak = self.peaks.get(instance["pid"] or 0, 0) // MEBIBYTE
                name = f"{instance['dag_id']}.{instance['task_id']}"
                if peak > found.get(name, 0):
                    found[name] = peak
        return found
