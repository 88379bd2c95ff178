"""# MIT Sloan Executive Education: webinars

The webinars of MIT Sloan Executive Education, those to come and the newest recordings, are two lists of one Salesforce page. Learn took
this feed off its schedule in 2025 (sources.md 7.3); here it runs, and is paused like every DAG until a person starts it.

## Schedule
Daily at 05:45 UTC.

## Reads
`s/webinars` and `s/sfsites/aura` of the connection `upstream_events_sloan`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_events_sloan", schedule=cron("45 5 * * *", "UTC"), **ingest("events_sloan", __doc__, late_after_minutes=150))
def ingest_events_sloan() -> None:
    ingest_pages("events_sloan")


ingest_events_sloan()
