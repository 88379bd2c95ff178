"""Events of MIT Professional Education: numbered pages until one is empty, no key (``sources.md`` 7.6)."""

from __future__ import annotations

from include.local.upstream.answers import numbered_page
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import NUMBERED, Feed, Quantity, Stream
from include.local.upstream.generated.news import mitpe_event

FEED = Feed(
    key="events_mitpe",
    title="MIT Professional Education, events",
    routes=lambda site: [site.get("/feeds/events/", "events", numbered_page("events", 10))],
    streams=(
        Stream(
            "events",
            mitpe_event,
            key="id",
            quantity=Quantity(fixed=24),
            traits=NUMBERED,
            recorded=("mitpe_events.json",),
            corruptions=corrupted("id", date="start_date"),
        ),
    ),
)
