"""Events of MIT Professional Education: numbered pages until one is empty, no key (``sources.md`` 7.6)."""

from __future__ import annotations

from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Quantity, Stream
from include.local.upstream.generated.news import mitpe_event
from include.local.upstream.lists import numbered_feed

EDGES = corrupted("id", date="start_date")
EVENTS = Stream("events", mitpe_event, key="id", quantity=Quantity(fixed=24), recorded=("mitpe_events.json",), corruptions=EDGES)
FEED = numbered_feed("events_mitpe", "MIT Professional Education, events", "/feeds/events/", 10, EVENTS)
