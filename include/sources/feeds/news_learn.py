"""Articles that Learn's own staff write, read from the application's table through a role that may only read (sources.md 7.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.sources.base import Clock, Group, Json, LandedBefore, Page, Stream
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


@dataclass(frozen=True)
class LearnArticles:
    """The source `news_learn`. The key of a record is the guid that Learn's application gives the item when it publishes it itself."""

    key: str = "news_learn"
    title: str = "MIT Learn Articles"
    streams: tuple[Stream, ...] = (ARTICLES,)
    connection_id: str = "upstream_news_learn"
    group: Group = "news"
    why_not_low_code: str = "a table of Learn's Postgres, read with a server-side cursor"

    def pages(
        self,
        stream: Stream,
        client: Database,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """All published articles, in one view of the table."""
        with client.snapshot() as seen:
            total = seen.count(QUERY, {})
            for number, rows in enumerate(seen.batches(QUERY, {}), start=1):
                records, rejects = split_records(stream, [payload for (payload,) in rows], number)
                yield Page(records, rejects, None, total, number)


SOURCE = LearnArticles()
