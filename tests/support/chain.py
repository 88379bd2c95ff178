"""The whole chain on a running stack, as a person sees it: trigger, wait, clear, kill, and look into the databases and the index."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, Self

import psutil
import psycopg
from opensearchpy import OpenSearch

from include.local.upstream.client import UpstreamClient
from tests.support import waiting
from tests.support.digest import learn_digest
from tests.support.index_digest import index_digest, versions
from tests.support.local_stack import AirflowStack

CONSUMERS = ("sync_search_index", "deliver_app_database", "deliver_reference", "transform_catalog")
INGESTS = ("ingest_mitxonline", "ingest_xpro", "ingest_ocw")
"""Three feeds of three kinds: the tests of clears, kills and backfills need no more."""
FINISHED = {"success", "failed"}
POLL_SECONDS = 0.3
QUIET_POLLS = 5
"""How often in a row nothing runs before the chain has ended: an event becomes a run within half a second."""
MOST_SECONDS = 900.0
"""Generous: a wait ends with what it waits for, and on a busy machine Airflow takes several times as long."""

Run = tuple[str, str]
"""DAG id and run id."""


class Chain:
    """The DAGs of one stack."""

    def __init__(self, stack: AirflowStack) -> None:
        self.stack = stack
        self.upstream = UpstreamClient(stack.settings.upstream_url)
        self.search = OpenSearch(hosts=[stack.settings.opensearch_url])
        self.prefix = stack.settings.index_prefix
        self.reconnect()

    def reconnect(self) -> None:
        """Connect to both databases, anew when the server was away."""
        self.warehouse, self.learn = (
            psycopg.connect(self.stack.settings.admin_dsn_of(name), autocommit=True) for name in ("warehouse", "learn")
        )

    def start(self) -> None:
        """Let every DAG run, consumers first; an ingest that runs by its own schedule now is waited for."""
        wait_for("the DAG processor", lambda: {*CONSUMERS, *INGESTS} <= {dag["dag_id"] for dag in self.stack.airflow.dags()})
        for dag_id in (*CONSUMERS, *INGESTS):
            self.stack.airflow.unpause(dag_id)
        self.settle()

    def run(self, dag_id: str, conf: dict[str, Any] | None = None, **given: Any) -> Run:
        """Trigger a DAG and wait for its end; `given` are fields of the request (`run_after`)."""
        run = self.trigger(dag_id, conf, **given)
        self.wait(run)
        return run

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None, **given: Any) -> Run:
        """Trigger a DAG."""
        answer = self.stack.api("POST", f"dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf or {}, **given})
        return dag_id, str(answer["dag_run_id"])

    def wait(self, run: Run, seconds: float = MOST_SECONDS) -> str:
        """State of the run when it has ended."""
        wait_for(f"the end of {run}", lambda: self.state(run) in FINISHED, seconds)
        return self.state(run)

    def settle(self, seconds: float = MOST_SECONDS) -> None:
        """Wait until nothing runs any more."""
        quiet = 0

        def is_quiet() -> bool:
            nonlocal quiet
            quiet = 0 if self.stack.airflow.unfinished_runs() else quiet + 1
            return quiet >= QUIET_POLLS

        wait_for("the end of the chain", is_quiet, seconds)

    def state(self, run: Run) -> str:
        """State of a run."""
        return str(self.stack.api("GET", f"dags/{run[0]}/dagRuns/{run[1]}")["state"])

    def note(self, run: Run) -> str:
        """What the UI shows beside a run."""
        return str(self.stack.api("GET", f"dags/{run[0]}/dagRuns/{run[1]}")["note"])

    def tasks(self, run: Run) -> dict[str, str]:
        """State of each task of a run; of a mapped one its instances joined by commas."""
        found: dict[str, list[str]] = {}
        for instance in self.instances(run):
            found.setdefault(instance["task_id"], []).append(str(instance["state"]))
        return {task_id: ",".join(sorted(states)) for task_id, states in found.items()}

    def instances(self, run: Run) -> list[dict[str, Any]]:
        """Task instances of a run, as the API gives them."""
        return self.stack.airflow.task_instances(*run)

    def runs(self, dag_id: str) -> list[Run]:
        """Every run of a DAG, the latest first."""
        answer = self.stack.api("GET", f"dags/{dag_id}/dagRuns", params={"order_by": "-run_after", "limit": 100})
        return [(dag_id, run["dag_run_id"]) for run in answer["dag_runs"]]

    def clear(self, run: Run, *task_ids: str, downstream: bool = False, only_failed: bool = False) -> None:
        """Clear tasks of a run as the UI does; all of them when none is named."""
        body = {
            "dry_run": False, "dag_run_id": run[1], "task_ids": list(task_ids) or None, "only_failed": only_failed,
            "include_downstream": downstream, "reset_dag_runs": True,
        }  # fmt: skip
        self.stack.api("POST", f"dags/{run[0]}/clearTaskInstances", {name: value for name, value in body.items() if value is not None})

    def said(self, run: Run, task_id: str, try_number: int = 1, map_index: int = -1) -> str:
        """The log of one attempt of a task."""
        path = f"dags/{run[0]}/dagRuns/{run[1]}/taskInstances/{task_id}/logs/{try_number}"
        return str(self.stack.api("GET", path, params={"map_index": map_index, "full_content": True}))

    def kill_task(self, run: Run, task_id: str, when: Callable[[], bool], map_index: int = -1) -> None:
        """SIGKILL the process of a running task (not the worker that watches over it), as soon as `when` says so."""

        def running() -> dict[str, Any] | None:
            found = [each for each in self.instances(run) if (each["task_id"], each["map_index"]) == (task_id, map_index)]
            return next((each for each in found if each["state"] == "running"), None)

        wait_for(f"{task_id} to run", lambda: running() is not None)
        wait_for(f"the moment to kill {task_id}", when)
        instance = running()
        assert instance, f"{task_id} ended too early"
        os.kill(instance["pid"], signal.SIGKILL)

    def workers(self) -> list[psutil.Process]:
        """LocalExecutor's worker processes."""
        scheduler = psutil.Process(self.stack.pid("airflow-scheduler"))
        return [each for each in scheduler.children() if "airflow worker" in " ".join(each.cmdline())]

    def learn_state(self) -> dict[str, str]:
        """Digest of every table of Learn, ids included, without times."""
        return learn_digest(self.learn, ids=True)

    def index_state(self) -> str:
        """Digest of every document."""
        return index_digest(self.search, self.prefix)

    def versions(self) -> dict[str, int]:
        """External version of every document by id."""
        return versions(self.search, self.prefix)

    def one(self, connection: psycopg.Connection[Any], query: str, *values: Any) -> Any:
        """The first column of the first row."""
        row = connection.execute(query.encode(), list(values)).fetchone()
        return row[0] if row else None

    def published(self, source: str) -> set[str]:
        """Readable ids that Learn shows of a source."""
        query = "select readable_id from learning_resources_learningresource where etl_source = %s and published"
        return {row[0] for row in self.learn.execute(query, [source]).fetchall()}

    def indexed(self, source: str) -> set[str]:
        """Readable ids that the index has of a source."""
        numbers = {int(number) for number in self.versions()}
        query = "select readable_id from learning_resources_learningresource where etl_source = %s and id = any(%s)"
        return {row[0] for row in self.learn.execute(query, [source, list(numbers)]).fetchall()}

    def resource_id(self, readable_id: str) -> int:
        """Learn's id of a resource."""
        return int(self.one(self.learn, "select id from learning_resources_learningresource where readable_id = %s", readable_id))


class Hold:
    """A lock held from outside, so that a step waits in its middle. Released by `release`, or at the end of the block."""

    def __init__(self, dsn: str, statement: str) -> None:
        self.holder = psycopg.connect(dsn)
        self.watcher = psycopg.connect(dsn, autocommit=True)
        self.holder.execute(statement.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self.watcher.close()

    def is_waited_for(self) -> bool:
        """Whether some session waits for this lock."""
        query = "select exists (select from pg_stat_activity where %s = any(pg_blocking_pids(pid)))"
        row = self.watcher.execute(query, [self.holder.info.backend_pid]).fetchone()
        return bool(row and row[0])

    def release(self) -> None:
        """Let go."""
        self.holder.close()


def wait_for(what: str, condition: Callable[[], bool], seconds: float = MOST_SECONDS) -> None:
    """Poll until the condition holds, as often as a chain moves."""
    waiting.wait_for(what, condition, seconds, pause_seconds=POLL_SECONDS)
