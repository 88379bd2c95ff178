"""# MIT Open Learning on Medium: news

Medium publishes the newest ten articles of MIT Open Learning as one RSS document. It is landed as it came; the articles are made of it
when it is loaded. An article that is older than the ten leaves Learn, as it does today.

## Schedule
Every three hours, at minute 10 (UTC).

## Reads
`feed/open-learning` of the connection `upstream_news_medium`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_news_medium", schedule=cron("10 */3 * * *", "UTC"), **ingest("news_medium", __doc__, late_after_minutes=90))
def ingest_news_medium() -> None:
    ingest_pages("news_medium")


ingest_news_medium()
