"""A small client of Airflow's REST API: what the demo and the tests need of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, retry_if_result, stop_after_attempt, stop_after_delay, wait_fixed
from tenacity.stop import stop_base

from include.local.pools import POOLS
from include.local.variables import VARIABLES

TIMEOUT_SECONDS = 60.0
PAGE = 100
WARM_UP_SECONDS = 300.0
PATIENCE_SECONDS = 120.0
"""How long a question is asked again when the server is busy or is being restarted."""


class AirflowApi:
    """One logged-in user. The token is fetched at the first call and again when it has expired."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self._user, self._password = user, password

    def call(self, method: str, path: str, json: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        """The answer to ``/api/v2/<path>``; raises ``httpx.HTTPStatusError`` for anything but success."""
        answer = self._send(method, path, json, params)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._login()
            answer = self._send(method, path, json, params)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def unpause(self, dag_id: str) -> None:
        """Let the DAG's runs run."""
        self.call("PATCH", f"dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> str:
        """Start a run by hand; its run id."""
        run = self.call("POST", f"dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf or {})})
        return str(run["dag_run_id"])

    def dags(self) -> list[dict[str, Any]]:
        """Every DAG that the processor has read."""
        return list(self.call("GET", "dags", params={"limit": 100})["dags"])

    def unfinished_runs(self) -> list[dict[str, Any]]:
        """Runs of any DAG that are queued or running."""
        return list(self.call("GET", "dags/~/dagRuns", params={"state": ["queued", "running"], "limit": 100})["dag_runs"])

    def finished_runs(self, since: datetime) -> list[dict[str, Any]]:
        """Runs of any DAG that ended after ``since``."""
        wanted = {"state": ["success", "failed"], "end_date_gte": since.isoformat(), "limit": 100, "order_by": "end_date"}
        return list(self.call("GET", "dags/~/dagRuns", params=wanted)["dag_runs"])

    def import_errors(self) -> list[dict[str, Any]]:
        """DAG files that could not be read."""
        return list(self.call("GET", "importErrors")["import_errors"])

    def unfinished_tasks(self) -> list[dict[str, Any]]:
        """Task instances that are being worked on now."""
        states = ["running", "queued", "up_for_retry", "restarting"]
        return list(self.call("GET", "dags/~/dagRuns/~/taskInstances", params={"state": states, "limit": 100})["task_instances"])

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Every task instance of a run, page by page: a run has more than the server gives at once."""
        found: list[dict[str, Any]] = []
        while True:
            page = {"limit": PAGE, "offset": len(found), "order_by": "id"}
            answer = self.call("GET", f"dags/{dag_id}/dagRuns/{run_id}/taskInstances", params=page)
            found += answer["task_instances"]
            if len(found) >= answer["total_entries"] or not answer["task_instances"]:
                return found

    def starts_by_itself(self, dag_id: str) -> bool:
        """Whether the scheduler makes a run as soon as the DAG is unpaused: its schedule has a moment behind it without one."""
        due = self.call("GET", f"dags/{dag_id}")["next_dagrun_run_after"]
        return bool(due) and datetime.fromisoformat(due) <= datetime.now(UTC)

    def warm_up(self) -> None:
        """Let the server build the API that tasks speak, which takes seconds to minutes, before the first task has to wait for it."""
        self._http.get("/execution/health", timeout=WARM_UP_SECONDS)

    def ensure_pools(self) -> None:
        """Make the pools that are missing; a person's change to one stays."""
        self._make_missing("pools", "name", ({"name": name, "slots": slots, "description": what} for name, (slots, what) in POOLS.items()))

    def ensure_variables(self) -> None:
        """Make the variables that are missing; a person's change to one stays."""
        wanted = ({"key": name, "value": value, "description": what} for name, (value, what) in VARIABLES.items())
        self._make_missing("variables", "key", wanted)

    def _make_missing(self, kind: str, key: str, wanted: Iterable[dict[str, Any]]) -> None:
        there = {each[key] for each in self.call("GET", kind, params={"limit": 100})[kind]}
        for each in wanted:
            if each[key] not in there:
                self.call("POST", kind, each)

    def _send(self, method: str, path: str, json: Any, params: Mapping[str, Any] | None) -> httpx.Response:
        patience = stop_after_delay(PATIENCE_SECONDS) if method == "GET" else stop_after_attempt(1)
        return self._patiently(patience, lambda: self._http.request(method, f"/api/v2/{path}", json=json, params=dict(params or {})))

    @staticmethod
    def _patiently(stop: stop_base, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Ask until there is an answer that is not a server's error; at the end, the last answer or error as it is."""
        busy = retry_if_exception_type(httpx.TransportError) | retry_if_result(lambda answer: answer.is_server_error)
        return Retrying(retry=busy, stop=stop, wait=wait_fixed(1), retry_error_callback=_last)(ask)

    def _login(self) -> None:
        credentials = {"username": self._user, "password": self._password}
        answer = self._patiently(stop_after_delay(PATIENCE_SECONDS), lambda: self._http.post("/auth/token", json=credentials))
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def _last(state: RetryCallState) -> httpx.Response:
    if state.outcome is None:
        raise AssertionError("nothing was asked")
    answer: httpx.Response = state.outcome.result()
    return answer
