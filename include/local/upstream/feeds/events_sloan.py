"""Webinars of Sloan Executive Education: a page for its tokens, then a form with two actions (``sources.md`` 7.3)."""

from __future__ import annotations

from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Quantity, Stream
from include.local.upstream.generated.news import sloan_webinar
from include.local.upstream.lists import aura_feed

RECORDED = ("sloan_webinars_output.json",)
EDGES = corrupted("contentKey")
WEBINARS = Stream("webinars", sloan_webinar, key="contentKey", quantity=Quantity(fixed=15), recorded=RECORDED, corruptions=EDGES)
FEED = aura_feed("events_sloan", "Sloan Executive Education, webinars", "webinars", lambda record: str(record.get("type")), WEBINARS)
