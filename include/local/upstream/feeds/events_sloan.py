"""Webinars of Sloan Executive Education: a page for its tokens, then a form with two actions (``sources.md`` 7.3)."""

from __future__ import annotations

from include.local.upstream.aura import aura_routes, rows_of_actions
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream
from include.local.upstream.generated.news import sloan_webinar

FEED = Feed(
    key="events_sloan",
    title="Sloan Executive Education, webinars",
    routes=aura_routes("webinars", "webinars", lambda record: str(record.get("type"))),
    streams=(
        Stream(
            "webinars",
            sloan_webinar,
            key="contentKey",
            quantity=Quantity(fixed=15),
            recorded=("sloan_webinars_output.json",),
            parse=rows_of_actions,
            corruptions=corrupted("contentKey"),
        ),
    ),
)
