"""Tasks of `transform_<mart>`: choose what to build, build it in one go, publish what passed its tests."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from cosmos import DbtTaskGroup

from include.errors import NotPublished
from include.orchestration import airflow_api, transform_state
from include.orchestration.assets import REFERENCE_SEEDS
from include.orchestration.build_once import DbtBuildOnce
from include.orchestration.connections import WAREHOUSE_DBT, WAREHOUSE_LOADER, WAREHOUSE_READER, postgres
from include.orchestration.dbt_group import TASK_TIMEOUT
from include.orchestration.defaults import Pool
from include.orchestration.mart_groups import MART_GROUPS, MartGroup
from include.orchestration.retries import RETRY_TRANSIENT
from include.warehouse import ledger
from include.warehouse.derive.again import clean_again
from include.warehouse.transforms import Plan

log = logging.getLogger(__name__)


@task(pool=Pool.DBT.value)
def choose_models() -> dict[str, Any]:
    """The dbt selection of this run: what has new raw versions, what the clock changes, everything when the project changed.

    :raises AirflowSkipException: nothing is new; so is everything that follows, and the run is green.
    """
    context = get_current_context()
    chosen = choose(context)
    for reason in chosen.reasons:
        log.info("chosen %s", reason)
    note = "\n".join(chosen.reasons) or "Nothing new: no raw version that was not built, no row that the clock changes."
    airflow_api.note_run(context["ti"], note)
    if not chosen.select:
        raise AirflowSkipException(note)
    return chosen.as_json()


def choose(context: Any) -> Plan:
    """What there is to build for the run of `context`, as the ledger says now."""
    group = MART_GROUPS[transform_state.mart_of(context)]
    with postgres(WAREHOUSE_DBT) as connection:
        return group.plan(
            connection,
            context["run_id"],
            datetime.now(UTC),
            rebuild=context["params"]["rebuild"],
            cleared=bool(context["dag_run"].clear_number),
        )


class BuildMart(DbtBuildOnce):
    """`DbtBuildOnce` for what is to be built, one at a time, with the marts closed to readers from the first moment.

    Runs that were triggered together chose the same; so each looks again under the lock, and finds nothing that another has built.
    """

    def build(self, context: Any) -> None:
        """Build under the lock, and note in the ledger that it began and whether everything was built and tested."""
        run, mart = context["run_id"], transform_state.mart_of(context)
        with transform_state.sole_builder() as connection:
            chosen = choose(context)
            if not chosen.select:
                self.log.info("nothing_left reason='another run has built it'")
                return
            self.select, self.full_refresh = chosen.select, chosen.full_refresh or bool(context["dag_run"].clear_number)
            begun_at = datetime.now(UTC)
            ledger.mart_building(connection, run, mart)
            ledger.transform_started(connection, run, begun_at, begun_at, self.select, self.full_refresh, chosen.seen, mart)
            with postgres(WAREHOUSE_LOADER) as loader:
                clean_again(loader)
            super().build(context)
            ledger.transform_finished(connection, run, datetime.now(UTC), succeeded=not self.left_nodes(), mart=mart)


def build_models(models: DbtTaskGroup, group: MartGroup) -> BuildMart:
    """The task `dbt_build`, upstream of all tasks of the group."""
    return BuildMart(
        task_id="dbt_build",
        group=models,
        exclude=group.exclude,
        pool=Pool.DBT.value,
        retries=2,
        retry_delay=timedelta(seconds=10),
        retry_policy=RETRY_TRANSIENT,
        execution_timeout=TASK_TIMEOUT,
    )


def publish(mart: Asset) -> Any:
    """The task `publish_<mart>`, which emits the asset of the mart."""
    return _publish.override(task_id=mart.name.replace("marts_", "publish_"), outlets=[mart])()


@task(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
def _publish() -> None:
    """Open the marts to delivery: every model of the run is built and its tests passed.

    :raises AirflowSkipException: another run has begun to rebuild them in the meantime; it will publish.
    """
    context = get_current_context()
    run, mart = context["run_id"], transform_state.mart_of(context)
    now = datetime.now(UTC)
    with postgres(WAREHOUSE_READER) as connection:
        ledger.transform_finished(connection, run, now, succeeded=True, mart=mart)
        try:
            ledger.mart_published(connection, run, now, mart)
        except NotPublished as error:
            raise AirflowSkipException(str(error)) from error
    log.info("published mart=%s run=%s", mart, run)


@task(outlets=[REFERENCE_SEEDS], trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
def publish_reference() -> None:
    """Say that the seeds were built; skipped with them when they were not."""
    log.info("published mart=reference")


def seed_tasks(models: DbtTaskGroup) -> list[Any]:
    """The tasks of the group that load seeds, and those that test nothing else."""

    def is_of_seeds(uid: str) -> bool:
        if uid.startswith("test."):
            return all(parent.startswith("seed.") for parent in models.dbt_graph.nodes[uid].depends_on)
        return uid.startswith("seed.")

    return [built for uid, built in models.tasks_map.items() if is_of_seeds(uid)]
