"""A small client of Airflow's REST API: what the demo and the tests need of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from include.local.pools import POOLS

TIMEOUT_SECONDS = 30.0


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

    def unfinished_tasks(self) -> list[dict[str, Any]]:
        """Task instances that are being worked on now."""
        states = ["running", "queued", "up_for_retry", "restarting"]
        return list(self.call("GET", "dags/~/dagRuns/~/taskInstances", params={"state": states, "limit": 100})["task_instances"])

    def ensure_pools(self) -> None:
        """Make the pools that are missing; a person's change to one stays."""
        there = {pool["name"] for pool in self.call("GET", "pools", params={"limit": 100})["pools"]}
        for name, (slots, description) in POOLS.items():
            if name not in there:
                self.call("POST", "pools", {"name": name, "slots": slots, "description": description})

    def _send(self, method: str, path: str, json: Any, params: Mapping[str, Any] | None) -> httpx.Response:
        return self._http.request(method, f"/api/v2/{path}", json=json, params=dict(params or {}))

    def _login(self) -> None:
        answer = self._http.post("/auth/token", json={"username": self._user, "password": self._password})
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
