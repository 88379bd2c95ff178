"""What happens when a run is late or fails: one plain line in the log of the component that noticed."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

log = logging.getLogger(__name__)


def report_late_run(more_than_minutes: int, context: dict[str, Any] | None = None, **_: Any) -> None:
    """Say that a run takes so much longer than usual. Airflow calls this in the executor and gives the context."""
    run = (context or {}).get("dag_run") or {}
    facts = run if isinstance(run, dict) else vars(run)
    run_id = facts.get("dag_run_id") or facts.get("run_id")
    log.error("run_late dag=%s run=%s more_than_minutes=%d", facts.get("dag_id"), run_id, more_than_minutes)


def deadline(minutes: int) -> DeadlineAlert:
    """An alert for a run that takes `minutes` longer than the last ten successful runs did on average.

    Not counted from when the run was queued: Airflow 3.3.2 cannot clear a failed run that has such a deadline (apache/airflow#70368).
    """
    return DeadlineAlert(
        reference=DeadlineReference.AVERAGE_RUNTIME(max_runs=10, min_runs=1),
        interval=timedelta(minutes=minutes),
        callback=SyncCallback(report_late_run, kwargs={"more_than_minutes": minutes}),
    )
