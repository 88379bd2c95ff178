"""The blog of Sloan Executive Education: a page for its tokens, then a form (``sources.md`` 7.2)."""

from __future__ import annotations

from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Quantity, Stream
from include.local.upstream.generated.news import sloan_post
from include.local.upstream.lists import aura_feed

RECORDED = ("test_sloan_exec_news.json",)
EDGES = corrupted("managedContentId", date="publishedDate")
POSTS = Stream("posts", sloan_post, key="managedContentId", quantity=Quantity(fixed=20), recorded=RECORDED, corruptions=EDGES)
FEED = aura_feed("news_sloan", "Sloan Executive Education, blog", "blog", lambda record: "Blog_Post", POSTS)
