"""Tasks of `reconcile_targets`: compare marts, Learn's Postgres and the index in full, repair, and tell."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.errors import NotPublished, TargetsDiffer
from include.orchestration import airflow_api
from include.orchestration.connections import LEARN_DELIVERY, LEARN_SEARCH, WAREHOUSE_READER, learn_base_url, postgres, search_index
from include.orchestration.defaults import Pool
from include.orchestration.modes import delivery_modes
from include.orchestration.report import raise_if_failed

log = logging.getLogger(__name__)

REPAIR = Param(
    True,
    type="boolean",
    title="Repair",
    description_md=(
        "Let the next delivery and the next sync mend what differs. Removals keep to the guard. Without it the differences are only told."
    ),
)


def _clock() -> datetime:
    return datetime.now(UTC)


@task(pool=Pool.SEARCH_REBUILD.value, execution_timeout=timedelta(hours=2))
def compare_postgres(params: dict[str, Any]) -> int:
    """Compare the marts with Learn's tables; returns the number of differences.

    :raises AirflowSkipException: the marts are being rebuilt, or the last build failed.
    """
    from include.delivery.reconciliation import reconcile_learn

    run = get_current_context()["run_id"]
    with postgres(WAREHOUSE_READER) as warehouse, postgres(LEARN_DELIVERY) as learn:
        try:
            return reconcile_learn(warehouse, learn, run, _clock, repair=params["repair"], modes=delivery_modes())
        except NotPublished as error:
            raise AirflowSkipException(str(error)) from error


@task(pool=Pool.SEARCH_REBUILD.value, execution_timeout=timedelta(hours=2), trigger_rule=TriggerRule.ALL_DONE)
def compare_index(params: dict[str, Any]) -> int:
    """Compare Learn's tables with the documents of the index; returns the number of differences."""
    from include.search.reconcile import Reconciling, reconcile_index

    index = search_index()
    with postgres(LEARN_SEARCH) as learn:
        given = Reconciling(learn, index.client, index.prefix, get_current_context()["run_id"], _clock, learn_base_url())
        return reconcile_index(given, repair=params["repair"])


@task(trigger_rule=TriggerRule.ALL_DONE)
def report_differences() -> str:
    """Put the counts on the run and the table into the log, and return it.

    :raises TargetsDiffer: differences are left that nothing will mend by itself.
    """
    from include.search.reconcile import count_left, report

    ti = get_current_context()["ti"]
    with postgres(LEARN_SEARCH) as learn:
        told, left = report(learn, ti.run_id), count_left(learn, ti.run_id)
    log.info("differences\n%s", told)
    airflow_api.note_run(ti, told.split("\n\n")[0])
    raise_if_failed(ti)
    if left:
        raise TargetsDiffer(
            f"{left} differences between marts, Postgres and index are left.",
            run=ti.run_id,
            where="pipelines.reconciled_difference where not is_repaired",
            what_to_do="Look at them (docs/runbooks/search.md, Reconcile); trigger reconcile_targets with repair.",
        )
    return told
