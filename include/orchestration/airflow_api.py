"""Airflow's REST API, as far as the pipelines use it on themselves: start a run, give task instances a state, put a note on a run."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx
from airflow.sdk import Connection

log = logging.getLogger(__name__)

AIRFLOW_API = "airflow_api"
TIMEOUT_SECONDS = 60
NOTE_CHARACTERS = 1000
ALREADY_SO = 409
"""Airflow's answer when a task has the wanted state already, which is no refusal."""


@contextmanager
def session(conn_id: str = AIRFLOW_API) -> Iterator[httpx.Client]:
    """A client that is logged in as the account of the connection. Role *user* is enough: it may edit runs and task instances."""
    account = Connection.get(conn_id)
    with httpx.Client(base_url=f"{account.schema or 'http'}://{account.host}:{account.port}", timeout=TIMEOUT_SECONDS) as client:
        answer = client.post("/auth/token", json={"username": account.login, "password": account.password}).raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def start_run(client: httpx.Client, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
    """Start a DAG run of that id; when it is there already, nothing happens.

    :raises httpx.HTTPError: no answer, or not the one that was hoped for.
    """
    body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
    answer = client.post(f"/api/v2/dags/{dag_id}/dagRuns", json=body)
    if answer.status_code != ALREADY_SO:
        answer.raise_for_status()


def mark_group(client: httpx.Client, ti: Any, group_id: str) -> list[str]:
    """Mark all tasks of a group in the run of `ti` as successful; returns what the server refused, in its words.

    :raises httpx.HTTPError: no answer, or not the one that was hoped for.
    """
    answer = client.patch(f"{_run(ti)}/taskGroupInstances/{quote(group_id)}", json={"new_state": "success"})
    if answer.status_code != ALREADY_SO:
        answer.raise_for_status()
    return []


def mark_tasks(client: httpx.Client, ti: Any, task_ids: Sequence[str]) -> list[str]:
    """Mark some tasks of the run of `ti` as successful, in one request; returns what the server refused, in its words.

    :raises httpx.HTTPError: no answer, or not the one that was hoped for.
    """
    entities = [{"task_id": task_id, "new_state": "success"} for task_id in task_ids]
    actions = [{"action": "update", "entities": entities, "action_on_non_existence": "skip"}]
    answer = client.patch(f"{_run(ti)}/taskInstances", json={"actions": actions}).raise_for_status()
    errors = (answer.json().get("update") or {}).get("errors", [])
    return [str(each.get("error")) for each in errors if each.get("status_code") != ALREADY_SO]


def note_run(ti: Any, note: str) -> None:
    """Put a note on the run of `ti`; the UI shows it beside the run. Without an answer there is none: the log has it too."""
    try:
        with session() as client:
            client.patch(_run(ti), params={"update_mask": "note"}, json={"note": note[:NOTE_CHARACTERS]}).raise_for_status()
    except httpx.HTTPError as error:
        log.warning("note_failed error=%r", error)


def _run(ti: Any) -> str:
    return f"/api/v2/dags/{ti.dag_id}/dagRuns/{quote(ti.run_id, safe='')}"
