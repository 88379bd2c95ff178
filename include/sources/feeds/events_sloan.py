"""Webinars of MIT Sloan Executive Education: those to come and the newest recordings, two lists of one page (sources.md 7.3)."""

from __future__ import annotations

from include.sources.aura import TOKENS_IN_TEXT, Action, lists_of
from include.sources.base import PythonSource, Stream, text_at
from include.sources.keys import text_key
from include.sources.records.news import SloanWebinar

FORM = (
    "/s/sfsites/aura?r=1&other.CMSContent.fetchImage=1&other.CMSContent.fetchImages=1&other.CMSContent.fetchTopicPage=2"
    "&other.CMSNav.fetchHeaderMessage=1&other.CMSNav.isLoggedIn=1"
)
WEBINARS = Stream(
    name="webinars",
    key_of=text_key("contentKey"),
    record_model=SloanWebinar,
    html_fields=(text_at("contentNodes.Summary.value", "plain"), text_at("contentNodes.Full_Webinar_Summary.value", "plain")),
)


SOURCE = PythonSource(
    key="events_sloan",
    title="MIT Sloan Executive Education Webinars",
    streams=(WEBINARS,),
    group="news",
    read=lists_of(
        "/s/webinars",
        FORM,
        Action("192;a", "CMS_ThreeCardDisplay", "Card_Display_Item", "Upcoming Webinars", newest_first=False),
        Action("111;a", "CMS_WebinarList", "Webinar_Post", "Recent Webinar"),
    ),
    why_not_low_code=TOKENS_IN_TEXT,
)
"""Both lists of the page."""
