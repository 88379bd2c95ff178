"""News of MIT Professional Education: numbered pages until one is empty, no key (``sources.md`` 7.5)."""

from __future__ import annotations

from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Quantity, Stream
from include.local.upstream.generated.news import mitpe_news
from include.local.upstream.lists import numbered_feed

EDGES = corrupted("id", date="date")
NEWS = Stream("news", mitpe_news, key="id", quantity=Quantity(fixed=35), recorded=("mitpe_news.json",), corruptions=EDGES)
FEED = numbered_feed("news_mitpe", "MIT Professional Education, news", "/feeds/news/", 10, NEWS)
