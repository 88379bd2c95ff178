"""MIT Professional Education: one list in numbered pages until one is empty, no key (``sources.md`` 2.7)."""

from __future__ import annotations

from starlette.routing import Route

from include.local.upstream.answers import numbered_page
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import NUMBERED, Feed, Quantity, Stream, World
from include.local.upstream.generated import mitpe
from include.local.upstream.generated.common import Json
from include.local.upstream.recorded import json_rows
from include.local.upstream.site import Site

PAGE_SIZE = 10


def _resource(world: World, index: int) -> Json:
    return mitpe.resource(world.seed, index, world.count("resources"), world.anchor)


def _routes(site: Site) -> list[Route]:
    return [site.get("/feeds/courses/", "resources", numbered_page("resources", size=PAGE_SIZE))]


FEED = Feed(
    key="mitpe",
    title="MIT Professional Education",
    routes=_routes,
    streams=(
        Stream(
            "resources",
            _resource,
            key="uuid",
            quantity=Quantity(share=3),
            traits=NUMBERED,
            recorded=("professional_ed_resources_*.json",),
            parse=json_rows,
            corruptions=corrupted("uuid", date="start_date", price="price"),
        ),
    ),
)
