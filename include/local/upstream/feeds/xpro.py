"""xPRO: two plain lists, no key (``sources.md`` 2.5)."""

from __future__ import annotations

from starlette.routing import Route

from include.local.upstream.answers import whole
from include.local.upstream.corruptions import LONG_TITLE
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated import xpro
from include.local.upstream.generated.common import Json
from include.local.upstream.paths import Edit
from include.local.upstream.site import Site


def _course(world: World, index: int) -> Json:
    return xpro.course(world.seed, index, world.anchor)


def _program(world: World, index: int) -> Json:
    """Programs carry their courses as edited; the view is asked for only here, so that the streams do not need each other."""
    return xpro.program(world.seed, index, world.count("courses"), world.anchor, world.view("courses").by_base_index)


def _routes(site: Site) -> list[Route]:
    return [site.get(f"/api/{name}/", name, whole(name)) for name in ("courses", "programs")]


_BOTH = {
    "missing_key": Edit(unset=("readable_id",)),
    "long_title": Edit({"title": LONG_TITLE}),
    "unknown_platform": Edit({"platform": "Udemy"}),
}

FEED = Feed(
    key="xpro",
    title="MIT xPRO",
    routes=_routes,
    streams=(
        Stream(
            "courses",
            _course,
            xpro.course_index,
            quantity=Quantity(share=20),
            recorded=("xpro_courses.json",),
            corruptions=_BOTH
            | {
                "price_not_number": Edit({"courseruns.0.current_price": "on request"}),
                "date_not_date": Edit({"courseruns.0.start_date": "next spring"}),
            },
        ),
        Stream(
            "programs",
            _program,
            xpro.program_index,
            quantity=Quantity(share=3),
            recorded=("xpro_programs.json",),
            corruptions=_BOTH
            | {"price_not_number": Edit({"current_price": "on request"}), "date_not_date": Edit({"start_date": "next spring"})},
        ),
    ),
)
