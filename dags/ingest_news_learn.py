"""# MIT Learn: articles of its own staff

Learn's staff write articles in Learn itself. They are read from the application's table, in one view of it, through a role that may read
nothing else. Learn's application also shows an article at once when it is published; its guid is the same, so it is one item.

## Schedule
Every hour, at minute 7 (UTC).

## Reads
`website_content_websitecontent` and the names of its authors in the database of the connection `upstream_news_learn`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_news_learn", schedule=cron("7 * * * *", "UTC"), **ingest("news_learn", __doc__, late_after_minutes=45))
def ingest_news_learn() -> None:
    ingest_pages("news_learn")


ingest_news_learn()
