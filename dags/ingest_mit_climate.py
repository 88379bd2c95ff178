"""# MIT Climate: explainers and answers

The climate portal publishes two plain JSON lists of articles, which become documents. An article that is in neither list any more is
unpublished.

## Schedule
Daily at 05:30 UTC.

## Reads
`feeds/explainers` and `feeds/ask-mit-climate` of the connection `upstream_mit_climate`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_mit_climate", schedule=cron("30 5 * * *", "UTC"), **ingest("mit_climate", __doc__, late_after_minutes=150))
def ingest_mit_climate() -> None:
    ingest_pages("mit_climate")


ingest_mit_climate()
