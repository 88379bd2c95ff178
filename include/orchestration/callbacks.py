"""What happens when a run is late or fails: one plain line in the log of the component that noticed."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

log = logging.getLogger(__name__)


def report_late_run(within_minutes: int, context: dict[str, Any] | None = None, **_: Any) -> None:
    """Say that a run is not done `within_minutes` after it was queued. Airflow calls this in the executor and gives the context."""
    run = (context or {}).get("dag_run") or {}
    facts = run if isinstance(run, dict) else vars(run)
    run_id = facts.get("dag_run_id") or facts.get("run_id")
    log.error("run_late dag=%s run=%s within_minutes=%d", facts.get("dag_id"), run_id, within_minutes)


def deadline(minutes: int) -> DeadlineAlert:
    """An alert for a run that is not done `minutes` after it was queued."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=minutes),
        callback=SyncCallback(report_late_run, kwargs={"within_minutes": minutes}),
    )
