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
from include.orchestration.ingest import announce, ingest, load_raw, plan_run, pull_pages, report


@dag("ingest_news_sloan", schedule=cron("40 5 * * *", "UTC"), **ingest("news_sloan", __doc__, late_after_minutes=150))
def ingest_news_sloan() -> None:
    landed = pull_pages("news_sloan", plan_run("news_sloan"))
    announce("news_sloan", load_raw("news_sloan", landed)) >> report()


ingest_news_sloan()
