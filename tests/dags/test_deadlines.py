"""A late run is told about by a function that Airflow finds by its path and calls with the run."""

from __future__ import annotations

import logging

import pytest
from airflow.sdk import DAG
from airflow.sdk.module_loading import import_string


def test_the_callback_of_every_deadline_names_the_run(dag: DAG, caplog: pytest.LogCaptureFixture) -> None:
    [alert] = dag.deadline
    report = import_string(alert.callback.path)
    with caplog.at_level(logging.ERROR):
        report(**alert.callback.kwargs, context={"dag_run": {"dag_id": dag.dag_id, "dag_run_id": "a_run"}, "deadline": {}})
    assert f"run_late dag={dag.dag_id} run=a_run more_than_minutes={alert.interval.total_seconds() / 60:.0f}" in caplog.text
