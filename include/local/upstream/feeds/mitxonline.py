"""MITx Online: pages of Django REST framework behind an optional API key (``sources.md`` 2.3, 2.4)."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from include.local.upstream.answers import drf_page
from include.local.upstream.auth import ApiKey
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import DRF, Feed, Quantity, Stream, World
from include.local.upstream.generated import mitxonline, mitxonline_programs
from include.local.upstream.generated.common import Json
from include.local.upstream.records import StreamView
from include.local.upstream.refusals import refusal
from include.local.upstream.site import Ask, Site

PAGE_SIZE = 100
SMALL = 10 * PAGE_SIZE
"""Recorded and changed streams may have any number anywhere; up to this length they are looked through."""


def _course(world: World, index: int) -> Json:
    return mitxonline.course(world.seed, index, world.anchor, world.now)


def _program(world: World, index: int) -> Json:
    return mitxonline_programs.program(world.seed, index, world.count("courses"), world.anchor)


def _one_course(ask: Ask) -> Response:
    """One course by its number. Learn's present ETL asks it once per course of every program; the chain must not."""
    wanted = ask.params["course_id"]
    view = ask.view("courses")
    nearby = list(view.records(max(0, wanted - 1), wanted)) + list(_all_when_small(view))
    found = next((record for record in nearby if record.get("id") == wanted), None)
    return JSONResponse(found) if found else refusal(404, "No Course matches the given query.")


def _all_when_small(view: StreamView) -> Iterable[Json]:
    return view.records(0, len(view)) if len(view) <= SMALL else ()


def _routes(site: Site) -> list[Route]:
    """``live`` is accepted and changes nothing: all records are those of live courses."""
    pages = [site.get(f"/api/v2/{name}/", name, drf_page(name, PAGE_SIZE)) for name in ("courses", "programs")]
    return [*pages, site.get("/api/v2/courses/{course_id:int}/", "course_detail", _one_course)]


FEED = Feed(
    key="mitxonline",
    title="MITx Online",
    routes=_routes,
    auth=ApiKey,
    streams=(
        Stream(
            "courses",
            _course,
            mitxonline.course_index,
            quantity=Quantity(share=55),
            traits=DRF,
            recorded=("mitxonline_courses.json",),
            corruptions=corrupted("readable_id", date="courseruns.0.start_date", price="min_price"),
        ),
        Stream(
            "programs",
            _program,
            mitxonline_programs.program_index,
            quantity=Quantity(share=5),
            traits=DRF,
            recorded=("mitxonline_programs.json",),
            corruptions=corrupted("readable_id", date="start_date", price="min_price"),
        ),
    ),
)
