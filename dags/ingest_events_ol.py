"""# MIT Open Learning: events

MIT Open Learning publishes its events as Drupal's JSON:API. All pages are read, not the first one alone; what the relations of an event
lead to is landed with it, and each term and picture is asked for once in a run.

## Schedule
Every three hours, at minute 19 (UTC).

## Reads
`jsonapi/node/event` of the connection `upstream_events_ol`, and the links in it that stay on that host.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_events_ol", schedule=cron("19 */3 * * *", "UTC"), **ingest("events_ol", __doc__, late_after_minutes=90))
def ingest_events_ol() -> None:
    ingest_pages("events_ol")


ingest_events_ol()
