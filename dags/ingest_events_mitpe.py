"""# MIT Professional Education: events

MIT Professional Education publishes its events as pages that are asked for by number until one is empty, with times in free text. They are
read by the low-code manifest `include/sources/manifests/events_mitpe.yaml`.

## Schedule
Every three hours, at minute 16 (UTC).

## Reads
`feeds/events/` of the connection `upstream_events_mitpe`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_events_mitpe", schedule=cron("16 */3 * * *", "UTC"), **ingest("events_mitpe", __doc__, late_after_minutes=90))
def ingest_events_mitpe() -> None:
    ingest_pages("events_mitpe")


ingest_events_mitpe()
