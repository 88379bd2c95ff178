"""Articles that Learn's own staff write, read from the application's table through a role that may only read (sources.md 7.7)."""

from __future__ import annotations

from collections.abc import Iterator

from include.sources.base import Page, PythonSource, Reading, Stream
from include.sources.database import Database
from include.sources.records.news import LearnArticle
from include.sources.split import split_records

QUERY = "news_learn.sql"
ARTICLES = Stream(
    name="articles",
    key_of=lambda payload: f"article-{payload['id']}",
    record_model=LearnArticle,
    may_be_empty=True,
)


def _pages(stream: Stream, client: Database, reading: Reading) -> Iterator[Page]:
    """All published articles, in one view of the table."""
    with client.snapshot() as seen:
        total = seen.count(QUERY, {})
        for number, rows in enumerate(seen.batches(QUERY, {}), start=1):
            records, rejects = split_records(stream, [payload for (payload,) in rows], number)
            yield Page(records, rejects, None, total, number)


SOURCE = PythonSource(
    key="news_learn",
    title="MIT Learn Articles",
    streams=(ARTICLES,),
    read=_pages,
    why_not_low_code="a table of Learn's Postgres, read with a server-side cursor",
    group="news",
)
"""The source `news_learn`. The key of a record is the guid that Learn's application gives the item when it publishes it itself."""
