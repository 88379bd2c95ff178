"""The dbt task group of `transform_catalog` in Airflow, timed by its own task instances."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from include.local.airflow_api import AirflowApi

DAG = "transform_catalog"
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 1800.0


class RunFailed(RuntimeError):
    """A run that is measured must succeed."""


def group_seconds(api: AirflowApi, *, rebuild: bool) -> float:
    """Seconds from the start of `dbt_build` to the end of the last model's task, in one run started now."""
    api.unpause(DAG)
    run = api.trigger(DAG, {"rebuild": rebuild})
    wait(api, DAG, run)
    instances = api.task_instances(DAG, run)
    dbt = [each for each in instances if each["task_id"] == "dbt_build" or each["task_id"].startswith("models.")]
    [build] = [each for each in dbt if each["task_id"] == "dbt_build"]
    ends = [moment(each["end_date"]) for each in dbt if each["end_date"]]
    return (max(ends) - moment(build["start_date"])).total_seconds()


def run_seconds(api: AirflowApi, dag_id: str) -> float:
    """Seconds of one run of a DAG, from its trigger to its end."""
    api.unpause(dag_id)
    run = api.trigger(dag_id)
    ended = wait(api, dag_id, run)
    return (moment(ended["end_date"]) - moment(ended["queued_at"])).total_seconds()


def wait(api: AirflowApi, dag_id: str, run: str) -> dict[str, Any]:
    """The run, once it has ended well."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found: dict[str, Any] = api.call("GET", f"dags/{dag_id}/dagRuns/{run}")
        if found["state"] == "success":
            return found
        if found["state"] == "failed":
            break
        time.sleep(POLL_SECONDS)
    raise RunFailed(f"{dag_id} {run} did not succeed; its logs are in Airflow")


def moment(text: str) -> datetime:
    """An instant of Airflow's API."""
    return datetime.fromisoformat(text).astimezone(UTC)
