"""The blog of MIT Sloan Executive Education: a page for its tokens, then a form (sources.md 7.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.sources.aura import Action, read_lists
from include.sources.base import Clock, Group, Json, LandedBefore, Page, Stream, text_at
from include.sources.http import HttpClient
from include.sources.keys import text_key
from include.sources.records.news import SloanPost

PAGE = "/s/blog"
FORM = "/s/sfsites/aura?r=15&other.CMSContent.fetchTopicPage=1"
POSTS = Stream(
    name="posts",
    key_of=text_key("managedContentId"),
    record_model=SloanPost,
    html_fields=(
        text_at("title", "unescaped"),
        text_at("contentNodes.Summary.value", "unescaped_clean"),
        text_at("contentNodes.First_Section_Content.value", "unescaped_clean"),
        text_at("contentNodes.Quote_Author.value", "unescaped"),
        text_at("associations.topics.*.name", "unescaped"),
    ),
)


@dataclass(frozen=True)
class SloanNews:
    """The source `news_sloan`."""

    key: str = "news_sloan"
    title: str = "MIT Sloan Executive Education"
    streams: tuple[Stream, ...] = (POSTS,)
    connection_id: str = "upstream_news_sloan"
    group: Group = "news"
    why_not_low_code: str = "the form wants two tokens that stand in the text of a page"

    def pages(
        self,
        stream: Stream,
        client: HttpClient,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """The newest twenty posts, in one page."""
        yield read_lists(stream, client, PAGE, FORM, (Action("111;a", "CMS_BlogPostList", "Blog_Post"),))


SOURCE = SloanNews()
