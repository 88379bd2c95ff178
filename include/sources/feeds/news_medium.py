"""MIT Open Learning on Medium: one RSS document with the newest ten articles (sources.md 7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from include.errors import IncompletePage, PipelineError, SchemaDrift
from include.sources.base import Page, PythonSource, Reading, Record, Stream, text_at
from include.sources.http import HttpClient
from include.sources.records.news import MediumRecord
from include.warehouse.derive.articles import ARTICLE_RECORDS
from include.warehouse.derive.rss import DOCUMENT, ITEMS, whole_feed
from include.warehouse.derive.xml import decode_xml, local_name

PATH = "/feed/open-learning"
IDS = ("guid", "id")
RSS_ACCEPT = "application/rss+xml, application/xml;q=0.9"
FEED = Stream(
    name="feed",
    key_of=lambda payload: f"{payload['url']}#",
    record_model=MediumRecord,
    html_fields=(text_at("item.content"), text_at("item.summary", "plain")),
    expand=ARTICLE_RECORDS,
)


ADDRESS = "https://medium.com/feed/open-learning"
"""Its identity in Learn, wherever it is fetched from."""


def _pages(stream: Stream, client: HttpClient, reading: Reading) -> Iterator[Page]:
    """The document, in one page."""
    client.session.headers["Accept"] = RSS_ACCEPT
    path = client.paths.get(stream.name, PATH)
    body = client.get(client.url(path), path).content
    try:
        payload = {"url": ADDRESS, DOCUMENT: _whole_document(body)}
    except PipelineError as error:
        error.where = error.where or path
        raise
    yield Page([Record(stream.key_of(payload), payload, page=1)], [], None, 1, 1)


def _whole_document(body: bytes) -> str:
    """The text of a feed that has articles, and an id for at least one: else all that is known would look as if it had left.

    :raises SourceError: one of its kinds.
    """
    document = decode_xml(body)
    items = [element for element in whole_feed(document).iter() if local_name(element) in ITEMS]
    if not items:
        raise IncompletePage(
            "The feed has no articles at all",
            sample=document[:300],
            what_to_do="Nothing is removed because of it, and the task reads again. If it stays, open the address of the feed.",
        )
    if not any(child.text for item in items for child in item if local_name(child) in IDS):
        raise SchemaDrift(
            f"None of {len(items)} articles has a guid",
            sample=document[:300],
            what_to_do="The publisher changed its format: articles are known by their guid. Compare the sample with sources.md 7.1.",
        )
    return document


SOURCE = PythonSource(
    key="news_medium",
    title="MIT Open Learning on Medium",
    streams=(FEED,),
    read=_pages,
    why_not_low_code="RSS: the document is landed as it is, and read when it is loaded",
    group="news",
)
"""The source `news_medium`. The address of the feed is its identity in Learn, wherever it is fetched from."""
