"""# Compare marts, Learn's Postgres and the search index in full

Reads all three, not the ledgers: every unit of the marts against Learn's rows, every document of the index against the one that Learn's
rows make. Finds what is missing, extra, stale or wrong, by field, and lets the ordinary delivery and sync mend it.

## Schedule
Every day at 06:20 (UTC), and by hand.

## Reads
The schema `marts` of the warehouse, only while it is published; Learn's tables; every document of the index.

## Writes
`pipelines.reconciled_difference`; with `repair` outbox entries, and in the ledgers that the differing units and documents are not known.
The counts into the note of the run. Nothing of Learn's tables.

## When it fails
Nothing depends on it; trigger it again. `TargetsDiffer`: differences are left that nothing mends by itself, such as a document that the
index refuses or a published resource that no feed of ours stands for.

## Backfill
Not meant for it: a run always compares the present state.

## Runbook
[Search](runbooks/search.md#reconcile)
"""

from datetime import timedelta

from airflow.sdk import dag

from include.orchestration.assets import LEARN_CATALOG
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, Tag, cron
from include.orchestration.delivery import announce_changes
from include.orchestration.reconcile import REPAIR, compare_index, compare_postgres, report_differences


@dag(
    dag_id="reconcile_targets",
    doc_md=__doc__,
    schedule=cron("20 6 * * *", "UTC"),
    dagrun_timeout=timedelta(hours=5),
    deadline=deadline(minutes=150),
    tags=[Tag.RECONCILE, Tag.CATALOG],
    params={"repair": REPAIR},
    **CONSUMER,
)
def reconcile_targets() -> None:
    compared = compare_postgres() >> compare_index()
    compared >> announce_changes.override(outlets=[LEARN_CATALOG])() >> report_differences()


reconcile_targets()
