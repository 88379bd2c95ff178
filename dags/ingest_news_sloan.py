"""# MIT Sloan Executive Education: news

The blog of MIT Sloan Executive Education is a Salesforce page: two tokens of the page go into the form that answers with the newest twenty
posts. Learn took this feed off its schedule in 2025 (sources.md 7.2); here it runs, and is paused like every DAG until a person starts it.

## Schedule
Daily at 05:40 UTC.

## Reads
`s/blog` and `s/sfsites/aura` of the connection `upstream_news_sloan`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_news_sloan", schedule=cron("40 5 * * *", "UTC"), **ingest("news_sloan", __doc__, late_after_minutes=150))
def ingest_news_sloan() -> None:
    ingest_pages("news_sloan")


ingest_news_sloan()
