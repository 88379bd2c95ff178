"""# Bring the search index to the state of Learn's Postgres

Makes the documents of the resources that the outbox names, from Learn's Postgres, and sends those that differ. An unpublished
resource leaves the index. What others changed in Learn and documents show (a topic's name, a channel, a featured list) is noticed by
comparison. Every answer of the server is read; a late or repeated write cannot undo a newer one.

## Schedule
When the catalogue, the taxonomy or counts of views were delivered, and every hour at minute 50 (UTC).

## Reads
Learn's tables and `pipelines.outbox`.

## Writes
The OpenSearch indexes `<prefix>_<type>_default`, made from the contract where they are missing; `pipelines.indexed_document` and
`pipelines.rejected_document`.

## When it fails
A server that is away, busy or read-only (`SearchUnavailable`) is tried again. Refused documents (`BulkRejected`) are in the ledger with
the reason, all others are written. An index in use with another mapping (`MappingDiffers`) fails before anything is sent.

## Backfill
Not by itself: back-fill the ingest DAGs; what that changes comes through here. A run always works on the present state.

## Runbook
[Search](runbooks/search.md)
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, dag

from include.orchestration.assets import LEARN_CATALOG, LEARN_REFERENCE, LEARN_VIEW_COUNTS
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, Tag, cron
from include.orchestration.search import RETRY_REJECTED, ensure_indexes, sync_documents


@dag(
    dag_id="sync_search_index",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(assets=(LEARN_CATALOG | LEARN_REFERENCE | LEARN_VIEW_COUNTS), timetable=cron("50 * * * *", "UTC")),
    dagrun_timeout=timedelta(hours=4),
    deadline=deadline(minutes=150),
    tags=[Tag.SYNC, Tag.CATALOG],
    params={"retry_rejected": RETRY_REJECTED},
    **CONSUMER,
)
def sync_search_index() -> None:
    ensure_indexes() >> sync_documents()


sync_search_index()
