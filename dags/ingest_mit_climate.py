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
from include.orchestration.ingest import announce, ingest, load_raw, plan_run, pull_pages, report


@dag("ingest_mit_climate", schedule=cron("30 5 * * *", "UTC"), **ingest("mit_climate", __doc__, late_after_minutes=150))
def ingest_mit_climate() -> None:
    landed = pull_pages("mit_climate", plan_run("mit_climate"))
    announce("mit_climate", load_raw("mit_climate", landed)) >> report()


ingest_mit_climate()
