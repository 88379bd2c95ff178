"""# Deliver the catalogue to Learn's Postgres

Brings Learn's tables to the state of the marts: only resources whose content differs from what was delivered last, in chunks, each
chunk one transaction of rows, ledger and outbox. Tables and columns that Learn owns are not written. The taxonomy goes first, since
the catalogue refers to it.

## Schedule
When the marts were published, when the taxonomy changed, and every hour at minute 35 (UTC).

## Reads
The schemas `marts` and `reference` of the warehouse, only while the marts are published.

## Writes
Only feeds whose mode is `on` (variable `delivery_modes`); with `dry_run` nothing but what it would do: `pipelines.dry_run_difference`.
Learn's tables of resources, and `pipelines.*` beside them: what was delivered, removals held back, the outbox. Asset `learn_catalog`
when documents have to be made anew.

## When it fails
While the marts are being rebuilt, or failed their tests, the delivery is skipped and says so; their publication triggers the next. More
than max(50, 10 %) of a source leaving at once, or all of it, are held back (`GuardTripped`): the rest is delivered, `decide_removals` asks
a person, and the run fails until there is an answer. A killed delivery goes on after its last chunk.

## Backfill
Not by itself: back-fill the ingest DAGs; what that changes comes through here. A run always works on the present state.

## Runbook
[Delivery](runbooks/delivery.md)
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, dag

from include.orchestration.assets import LEARN_CATALOG, LEARN_REFERENCE, MARTS_CATALOG
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, DRY_RUN, RELEASE_REMOVALS, Tag, cron
from include.orchestration.delivery import announce_changes, deliver_catalog, deliver_reference_data, report_delivery


@dag(
    dag_id="deliver_app_database",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(assets=(MARTS_CATALOG | LEARN_REFERENCE), timetable=cron("35 * * * *", "UTC")),
    dagrun_timeout=timedelta(hours=4),
    deadline=deadline(minutes=150),
    tags=[Tag.DELIVER, Tag.CATALOG],
    params={"release_removals": RELEASE_REMOVALS, "dry_run": DRY_RUN},
    **CONSUMER,
)
def deliver_app_database() -> None:
    delivered = deliver_catalog()
    deliver_reference_data() >> delivered
    delivered >> announce_changes.override(outlets=[LEARN_CATALOG])() >> report_delivery(delivered)


deliver_app_database()
