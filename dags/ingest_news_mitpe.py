"""# MIT Professional Education: news

MIT Professional Education publishes its news as pages that are asked for by number until one is empty. They are read by the low-code
manifest `include/sources/manifests/news_mitpe.yaml`.

## Schedule
Every three hours, at minute 13 (UTC).

## Reads
`feeds/news/` of the connection `upstream_news_mitpe`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_news_mitpe", schedule=cron("13 */3 * * *", "UTC"), **ingest("news_mitpe", __doc__, late_after_minutes=90))
def ingest_news_mitpe() -> None:
    ingest_pages("news_mitpe")


ingest_news_mitpe()
