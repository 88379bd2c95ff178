"""The blog of MIT Sloan Executive Education: a page for its tokens, then a form (sources.md 7.2)."""

from __future__ import annotations

from include.sources.aura import TOKENS_IN_TEXT, Action, lists_of
from include.sources.base import PythonSource, Stream, text_at
from include.sources.keys import text_key
from include.sources.records.news import SloanPost

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


SOURCE = PythonSource(
    key="news_sloan",
    title="MIT Sloan Executive Education",
    streams=(POSTS,),
    group="news",
    read=lists_of("/s/blog", "/s/sfsites/aura?r=15&other.CMSContent.fetchTopicPage=1", Action("111;a", "CMS_BlogPostList", "Blog_Post")),
    why_not_low_code=TOKENS_IN_TEXT,
)
"""The newest twenty posts."""
