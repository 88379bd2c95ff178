"""Webinars of MIT Sloan Executive Education: those to come and the newest recordings, two lists of one page (sources.md 7.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.sources.aura import Action, read_lists
from include.sources.base import Clock, Group, Json, LandedBefore, Page, Stream, text_at
from include.sources.http import HttpClient
from include.sources.keys import text_key
from include.sources.records.news import SloanWebinar

PAGE = "/s/webinars"
FORM = (
    "/s/sfsites/aura?r=1&other.CMSContent.fetchImage=1&other.CMSContent.fetchImages=1&other.CMSContent.fetchTopicPage=2"
    "&other.CMSNav.fetchHeaderMessage=1&other.CMSNav.isLoggedIn=1"
)
ACTIONS = (
    Action("192;a", "CMS_ThreeCardDisplay", "Card_Display_Item", "Upcoming Webinars", newest_first=False),
    Action("111;a", "CMS_WebinarList", "Webinar_Post", "Recent Webinar"),
)
WEBINARS = Stream(
    name="webinars",
    key_of=text_key("contentKey"),
    record_model=SloanWebinar,
    html_fields=(text_at("contentNodes.Summary.value", "plain"), text_at("contentNodes.Full_Webinar_Summary.value", "plain")),
)


@dataclass(frozen=True)
class SloanWebinars:
    """The source `events_sloan`."""

    key: str = "events_sloan"
    title: str = "MIT Sloan Executive Education Webinars"
    streams: tuple[Stream, ...] = (WEBINARS,)
    connection_id: str = "upstream_events_sloan"
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
        """Both lists, in one page."""
        yield read_lists(stream, client, PAGE, FORM, ACTIONS)


SOURCE = SloanWebinars()
