"""The blog of MIT Sloan Executive Education: a page for its tokens, then a form (sources.md 7.2)."""

from __future__ import annotations

from include.sources.aura import Action, AuraSource
from include.sources.base import Stream, text_at
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


SOURCE = AuraSource(
    key="news_sloan",
    title="MIT Sloan Executive Education",
    streams=(POSTS,),
    connection_id="upstream_news_sloan",
    page="/s/blog",
    form="/s/sfsites/aura?r=15&other.CMSContent.fetchTopicPage=1",
    actions=(Action("111;a", "CMS_BlogPostList", "Blog_Post"),),
)
"""The newest twenty posts."""
