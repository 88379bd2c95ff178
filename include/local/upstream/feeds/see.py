"""Sloan Executive Education: two plain lists behind OAuth2 tokens (``sources.md`` 2.6)."""

from __future__ import annotations

from functools import partial

from starlette.routing import Route

from include.local.upstream.answers import whole
from include.local.upstream.auth import OAuth2
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated import see
from include.local.upstream.generated.common import Json
from include.local.upstream.site import Site


def _course(world: World, index: int) -> Json:
    return see.course(world.seed, index, world.anchor)


def _offering(world: World, index: int) -> Json:
    return see.offering(world.seed, index, world.count("courses"), world.anchor)


def _routes(site: Site) -> list[Route]:
    return [
        site.post("/oauth2/token", "token", site.token, open_to_all=True),
        site.get("/api/courses", "courses", whole("courses")),
        site.get("/api/course-offerings", "offerings", whole("offerings")),
    ]


COURSES = Stream(
    "courses",
    _course,
    see.course_index,
    key="Course_Id",
    quantity=Quantity(share=3),
    recorded=("test_sloan_courses.json",),
    corruptions=corrupted("Course_Id", title="Title"),
)
OFFERINGS = Stream(
    "offerings",
    _offering,
    see.offering_index,
    key="CO_Title",
    quantity=Quantity(share=4.5),
    recorded=("test_sloan_runs.json",),
    corruptions=corrupted("CO_Title", title="CO_Title", date="Start_Date", price="Price"),
)
FEED = Feed("see", "MIT Sloan Executive Education", (COURSES, OFFERINGS), _routes, auth=partial(OAuth2, scheme="JWT"))
