"""The blog of Sloan Executive Education: a page for its tokens, then a form (``sources.md`` 7.2)."""

from __future__ import annotations

from include.local.upstream.aura import aura_routes, rows_of_actions
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream
from include.local.upstream.generated.news import sloan_post

FEED = Feed(
    key="news_sloan",
    title="Sloan Executive Education, blog",
    routes=aura_routes("blog", "posts", lambda record: "Blog_Post"),
    streams=(
        Stream(
            "posts",
            sloan_post,
            key="managedContentId",
            quantity=Quantity(fixed=20),
            recorded=("test_sloan_exec_news.json",),
            parse=rows_of_actions,
            corruptions=corrupted("managedContentId", date="publishedDate"),
        ),
    ),
)
