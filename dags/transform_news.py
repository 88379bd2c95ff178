"""# Build the marts of news and events

One `dbt build` for the news and events that have something new, or that the clock ends. The catalogue is built by a DAG of its own; the
two share no model, and each waits for no other's feeds. Clearing a task or a run always builds anew, in full.

## Schedule
When an ingest of news or events added raw versions, and every hour at minute 25 (UTC) for events that end and for nudges that were lost.

## Reads
`raw.news_*`, `raw.events_*`, and the ledger `ops.transforms`.

## Writes
The models of `include/dbt/models` that `int_news__items` is made of or that are made of it; `ops.transforms` and `ops.mart_state`. Asset
`marts_news` when every model of the run and its tests succeeded.

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

from include.orchestration.assets import MARTS_NEWS, any_raw_of
from include.orchestration.callbacks import deadline
from include.orchestration.dbt_group import models_group
from include.orchestration.defaults import CONSUMER, REBUILD, Tag, cron
from include.orchestration.mart_groups import NEWS
from include.orchestration.transform import build_models, choose_models, publish


@dag(
    dag_id="transform_news",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(assets=any_raw_of("news"), timetable=cron("25 * * * *", "UTC")),
    dagrun_timeout=timedelta(hours=1),
    deadline=deadline(minutes=45),
    tags=[Tag.TRANSFORM, Tag.NEWS],
    params={"rebuild": REBUILD},
    **CONSUMER,
)
def transform_news() -> None:
    models = models_group("models", NEWS)
    choose_models() >> build_models(models, NEWS)
    models >> publish(MARTS_NEWS)


transform_news()
