"""MIT Professional Education: one list in numbered pages until one is empty, no key (``sources.md`` 2.7)."""

from __future__ import annotations

from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Quantity, Stream, World
from include.local.upstream.generated import mitpe
from include.local.upstream.generated.common import Json
from include.local.upstream.lists import numbered_feed


def _resource(world: World, index: int) -> Json:
    return mitpe.resource(world.seed, index, world.count("resources"), world.anchor)


RESOURCES = Stream(
    "resources",
    _resource,
    key="uuid",
    quantity=Quantity(share=3),
    recorded=("professional_ed_resources_*.json",),
    corruptions=corrupted("uuid", date="start_date", price="price"),
)
FEED = numbered_feed("mitpe", "MIT Professional Education", "/feeds/courses/", 10, RESOURCES)
