"""# Build the marts of the catalogue

One `dbt build` for what has something new: new raw versions, rows that a date rule changes today, everything when the dbt project
changed. Each model is a task; those that were not needed are skipped. Clearing a task or a run always builds anew, in full.

## Schedule
When an ingest added raw versions, and every hour at minute 20 (UTC) for what the clock changes and for events that were lost.

## Reads
`raw.*`, the seeds in `include/dbt/seeds`, and the ledger `ops.transforms`.

## Writes
The schemas `reference`, `staging`, `intermediate` and `marts`; `ops.transforms` and `ops.mart_state`. Asset `marts_catalog` when
every model of the run and its tests succeeded, asset `reference_seeds` when the seeds were loaded.

## When it fails
The model that failed is red, what follows it is not built, nothing is published, and delivery waits. Open the red task, mend the
model or the data, and clear it with downstream.

## Backfill
Not by itself: back-fill the ingest DAGs; what that changes comes through here. A run always works on the present state.

## Runbook
[Transform](runbooks/transform.md)
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, dag

from include.orchestration.assets import MARTS_CATALOG, any_raw_of
from include.orchestration.callbacks import deadline
from include.orchestration.dbt_group import models_group
from include.orchestration.defaults import CONSUMER, REBUILD, Tag, cron
from include.orchestration.mart_groups import CATALOG
from include.orchestration.transform import build_models, choose_models, publish, publish_reference, seed_tasks


@dag(
    dag_id="transform_catalog",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(assets=any_raw_of("catalog"), timetable=cron("20 * * * *", "UTC")),
    dagrun_timeout=timedelta(hours=3),
    deadline=deadline(minutes=90),
    tags=[Tag.TRANSFORM, Tag.CATALOG],
    params={"rebuild": REBUILD},
    **CONSUMER,
)
def transform_catalog() -> None:
    models = models_group("models", CATALOG)
    choose_models() >> build_models(models, CATALOG)
    models >> publish(MARTS_CATALOG)
    seed_tasks(models) >> publish_reference()


transform_catalog()
