"""MIT Open Learning on Medium: the RSS document."""

from __future__ import annotations

from pathlib import Path

from include.parity.news import news_file
from include.parity.recorded import Payloads, read_body
from include.sources.feeds.news_medium import ADDRESS
from include.warehouse.derive.rss import DOCUMENT

GOLDEN = (news_file("news_medium", "news_medium"),)


def payloads(folder: Path) -> Payloads:
    """The document as the source lands it."""
    document = read_body(folder / "news_medium" / "test_medium_mit_news.rss").decode()
    return {("news_medium", "feed"): [{"url": ADDRESS, DOCUMENT: document}]}
