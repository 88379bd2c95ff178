"""News of MIT Professional Education: numbered pages until one is empty, no key (``sources.md`` 7.5)."""

from __future__ import annotations

from include.local.upstream.answers import numbered_page
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import NUMBERED, Feed, Quantity, Stream
from include.local.upstream.generated.news import mitpe_news

FEED = Feed(
    key="news_mitpe",
    title="MIT Professional Education, news",
    routes=lambda site: [site.get("/feeds/news/", "news", numbered_page("news", 10))],
    streams=(
        Stream(
            "news",
            mitpe_news,
            key="id",
            quantity=Quantity(fixed=35),
            traits=NUMBERED,
            recorded=("mitpe_news.json",),
            corruptions=corrupted("id", date="date"),
        ),
    ),
)
