"""# Compare what we would show with what Learn's own loaders wrote

For the feeds whose mode is `shadow` (variable `delivery_modes`): delivers them into `pipelines_shadow`, tables like Learn's beside Learn's,
and tells per feed how many records are equal, different (by field), missing and extra. Learn's tables are only read. When a feed agrees
long enough, its mode becomes `on`, and Learn's own loader of it is switched off.

## Schedule
Every three hours, at minute 10 (UTC); skipped while no feed is in the mode `shadow`. By hand whenever somebody wants to know.

## Reads
The schema `marts` of the warehouse, only while it is published; Learn's tables.

## Writes
`pipelines_shadow.*`; the counts into `pipelines.parity_report`, samples of each difference into `pipelines.parity_difference`, the sums
into the note of the run.

## When it fails
Nothing depends on it. A killed run goes on after its last chunk. While the marts are being rebuilt it is skipped and says so.

## Backfill
None: it always compares the present state.

## Runbook
[Delivery](runbooks/delivery.md)
"""

from datetime import timedelta

from airflow.sdk import dag

from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, Tag, cron
from include.orchestration.delivery import compare_shadow


@dag(
    dag_id="watch_parity",
    doc_md=__doc__,
    schedule=cron("10 */3 * * *", "UTC"),
    dagrun_timeout=timedelta(hours=4),
    deadline=deadline(minutes=150),
    tags=[Tag.WATCH, Tag.CATALOG],
    **CONSUMER,
)
def watch_parity() -> None:
    compare_shadow()


watch_parity()
