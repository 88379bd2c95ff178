"""edX.org: pages with a link to the next one and no count, behind OAuth2 tokens (``sources.md`` 2.1, 2.2)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.responses import Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, Handler, drf_links, drf_page, in_envelope
from include.local.upstream.auth import OAuth2
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import LINKED, Feed, Quantity, Stream, World
from include.local.upstream.generated import mit_edx
from include.local.upstream.generated.common import Json
from include.local.upstream.paths import Edit
from include.local.upstream.site import Ask, Site

PAGE_SIZE = 50


def _course(world: World, index: int) -> Json:
    return mit_edx.course(world.seed, index, world.anchor, world.now)


def _program(world: World, index: int) -> Json:
    return mit_edx.program(world.seed, index, world.count("courses"), world.anchor, world.now)


def _linked(stream: str) -> Handler:
    """A page of Django REST framework, of which edX.org shows ``next`` and ``results``."""
    page = drf_page(stream, PAGE_SIZE)

    def answer(ask: Ask) -> Answer | Response:
        made = page(ask)
        if isinstance(made, Response):
            return made
        return replace(made, render=in_envelope(lambda facts: {"next": drf_links(ask.request, facts)["next"]}))

    return answer


def _routes(site: Site) -> list[Route]:
    return [
        site.post("/oauth2/v1/access_token", "token", site.token, open_to_all=True),
        site.get("/catalog/v1/catalogs/10/courses", "courses", _linked("courses")),
        site.get("/api/v1/programs/", "programs", _linked("programs")),
    ]


FREE_SEAT = Edit({"course_runs": [{"key": "course-v1:a+b+c", "seats": [{"price": "free", "currency": "USD"}]}]})

FEED = Feed(
    key="mit_edx",
    title="MITx on edX.org",
    routes=_routes,
    auth=partial(OAuth2, scheme="JWT"),
    streams=(
        Stream(
            "courses",
            _course,
            mit_edx.course_index,
            key="key",
            quantity=Quantity(share=12),
            traits=LINKED,
            recorded=("test_mitx_course.json",),
            corruptions=corrupted("key", date="modified", price_not_number=FREE_SEAT),
        ),
        Stream(
            "programs",
            _program,
            mit_edx.program_index,
            key="uuid",
            quantity=Quantity(share=2),
            traits=LINKED,
            recorded=("test_mitx_programs.json",),
            corruptions=corrupted("uuid", date="data_modified_timestamp"),
        ),
    ),
)
