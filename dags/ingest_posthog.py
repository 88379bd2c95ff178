"""# PostHog: who looked at what

PostHog exports its events as parquet files into a bucket. A run lists the bucket and reads the files that are new or were rewritten, row
group by row group, in constant memory. Of an event only its id, its moment and the resource that was viewed are landed.

## Schedule
Every three hours, at minute 10 (UTC).

## Reads
The bucket of the connection `upstream_posthog`, below `posthog/events/` (or its extra `prefix`).

## When it fails
A file that is no parquet goes to `ops.rejects`, and the rest goes on. Rows that name a resource and cannot be counted are told in their
record (`unreadable_rows`).
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_objects


@dag("ingest_posthog", schedule=cron("10 */3 * * *", "UTC"), **ingest("posthog", __doc__, late_after_minutes=150))
def ingest_posthog() -> None:
    ingest_objects("posthog")


ingest_posthog()
