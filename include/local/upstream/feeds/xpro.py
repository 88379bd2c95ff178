"""xPRO: two plain lists, no key (``sources.md`` 2.5)."""

from __future__ import annotations

from starlette.routing import Route

from include.local.upstream.answers import whole
from include.local.upstream.corruptions import corrupted
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


_UDEMY = Edit({"platform": "Udemy"})

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
            corruptions=corrupted(
                "readable_id", date="courseruns.0.start_date", price="courseruns.0.current_price", unknown_platform=_UDEMY
            ),
        ),
        Stream(
            "programs",
            _program,
            xpro.program_index,
            quantity=Quantity(share=3),
            recorded=("xpro_programs.json",),
            corruptions=corrupted("readable_id", date="start_date", price="current_price", unknown_platform=_UDEMY),
        ),
    ),
)
