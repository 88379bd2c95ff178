"""MIT Open Learning on Medium: one RSS document with the newest ten articles (sources.md 7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.sources.base import Clock, Group, Json, LandedBefore, Page, Record, Stream, text_at
from include.sources.http import HttpClient
from include.sources.records.news import MediumRecord
from include.warehouse.derive.articles import ARTICLE_RECORDS
from include.warehouse.derive.rss import DOCUMENT, whole_feed
from include.warehouse.derive.xml import decode_xml

PATH = "/feed/open-learning"
RSS_ACCEPT = "application/rss+xml, application/xml;q=0.9"
FEED = Stream(
    name="feed",
    key_of=lambda payload: f"{payload['url']}#",
    record_model=MediumRecord,
    html_fields=(text_at("item.content"), text_at("item.summary", "plain")),
    expand=ARTICLE_RECORDS,
)


@dataclass(frozen=True)
class Medium:
    """The source `news_medium`. The address of the feed is its identity in Learn, wherever it is fetched from."""

    key: str = "news_medium"
    title: str = "MIT Open Learning on Medium"
    streams: tuple[Stream, ...] = (FEED,)
    connection_id: str = "upstream_news_medium"
    group: Group = "news"
    why_not_low_code: str = "RSS: the document is landed as it is, and read when it is loaded"
    url: str = "https://medium.com/feed/open-learning"

    def pages(
        self,
        stream: Stream,
        client: HttpClient,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """The document, in one page."""
        client.session.headers["Accept"] = RSS_ACCEPT
        document = decode_xml(client.get(client.url(client.paths.get(stream.name, PATH)), stream.name).content)
        whole_feed(document)
        payload = {"url": self.url, DOCUMENT: document}
        yield Page([Record(stream.key_of(payload), payload, page=1)], [], None, 1, 1)


SOURCE = Medium()
