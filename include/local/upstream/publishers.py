"""The HTTP feeds: MITx Online's paged API (``sources.md`` 2.3, 2.4) and xPRO's two plain lists (2.5)."""

from __future__ import annotations

import asyncio
import hmac
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, faulty_answer, faulty_status, refusal
from include.local.upstream.catalog import Catalog, UnknownRecord
from include.local.upstream.faults import Fault, FaultBoard, Place
from include.local.upstream.generated.common import Json
from include.local.upstream.records import StreamView
from include.local.upstream.settings import UpstreamSettings

PAGE_SIZE_MAX = 100


class RequestLog:
    """Counts requests per feed and stream, so that a test can say "one per page, not one per course"."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counter[str]] = {}

    def note(self, feed: str, stream: str, status: int, fault: str | None) -> None:
        """Count one answered request."""
        counts = self._counts.setdefault((feed, stream), Counter())
        counts["requests"] += 1
        counts[f"status_{status}"] += 1
        if fault:
            counts[f"fault_{fault}"] += 1

    def clear(self) -> None:
        """Start counting anew."""
        self._counts.clear()

    def state(self) -> dict[str, dict[str, dict[str, int]]]:
        """``{feed: {stream: {"requests": n, "status_200": n, "fault_slow": n}}}``."""
        told: dict[str, dict[str, dict[str, int]]] = {}
        for (feed, stream), counts in self._counts.items():
            told.setdefault(feed, {})[stream] = dict(counts)
        return told


class Publishers:
    """The routes of both publishers over one catalog."""

    def __init__(self, settings: UpstreamSettings, catalog: Catalog, faults: FaultBoard, log: RequestLog) -> None:
        self._key = settings.mitxonline_api_key
        self._catalog = catalog
        self._faults = faults
        self._log = log

    def routes(self) -> list[Route]:
        """Paths as the publishers have them, each publisher under its own prefix."""
        return [
            Route("/mitxonline/api/v2/{stream:str}/", self.mitxonline_page),
            Route("/mitxonline/api/v2/courses/{course_id:int}/", self.mitxonline_course),
            Route("/xpro/api/{stream:str}/", self.xpro_list),
        ]

    async def mitxonline_page(self, request: Request) -> Response:
        """One page of courses or programs. ``live`` is accepted and changes nothing: all records are those of live courses."""
        stream = request.path_params["stream"]
        refused = self._refused(request)
        if refused:
            return self._noted("mitxonline", stream, refused)
        try:
            view = await run_in_threadpool(self._catalog.view, "mitxonline", stream)
        except UnknownRecord as error:
            return self._noted("mitxonline", stream, refusal(404, f"Not found. {error}"))
        size = _page_size(request)
        last_page = max(1, -(-len(view) // size))
        page = _page_number(request, last_page)
        if page is None:
            return self._noted("mitxonline", stream, refusal(404, "Invalid page."))
        fault = self._faults.take("mitxonline", stream, Place(page, last_page))
        following = page + (2 if fault and fault.kind == "page_skipped" else 1)
        envelope = {
            "count": len(view),
            "next": _link(request, following) if following <= last_page else None,
            "previous": _link(request, page - 1) if page > 1 else None,
        }
        return await self._answered("mitxonline", stream, fault, Answer(view, (page - 1) * size, page * size, envelope))

    async def mitxonline_course(self, request: Request) -> Response:
        """One course by its number. Learn's present ETL asks it once per course of every program; the chain must not."""
        wanted = request.path_params["course_id"]

        def find() -> Response:
            view = self._catalog.view("mitxonline", "courses")
            nearby = list(view.records(max(0, wanted - 1), wanted)) + list(_all_when_small(view))
            found = next((record for record in nearby if record.get("id") == wanted), None)
            return JSONResponse(found) if found else refusal(404, "No Course matches the given query.")

        response = self._refused(request)
        if response is None:
            response = await run_in_threadpool(find)
        return self._noted("mitxonline", "course_detail", response)

    async def xpro_list(self, request: Request) -> Response:
        """A whole list in one answer, streamed."""
        stream = request.path_params["stream"]
        try:
            view = await run_in_threadpool(self._catalog.view, "xpro", stream)
        except UnknownRecord as error:
            return self._noted("xpro", stream, refusal(404, f"Not found. {error}"))
        fault = self._faults.take("xpro", stream, Place(paged=False))
        return await self._answered("xpro", stream, fault, Answer(view, 0, len(view)))

    async def _answered(self, feed: str, stream: str, fault: Fault | None, answer: Answer) -> Response:
        if fault is None:
            return self._noted(feed, stream, await run_in_threadpool(answer.response))
        if fault.kind == "slow":
            await asyncio.sleep(float(fault.options["seconds"]))
        response = faulty_status(fault.kind, fault.options)
        if response is None:
            response = await run_in_threadpool(faulty_answer, fault.kind, fault.options, answer)
        return self._noted(feed, stream, response, fault.kind)

    def _noted(self, feed: str, stream: str, response: Response, fault: str | None = None) -> Response:
        self._log.note(feed, stream, response.status_code, fault)
        return response

    def _refused(self, request: Request) -> Response | None:
        """MITx Online's answer without, or with a wrong, ``Authorization: Api-Key <key>``."""
        if not self._key:
            return None
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "api-key" or not given:
            return refusal(401, "Authentication credentials were not provided.", {"WWW-Authenticate": "Api-Key"})
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            return refusal(403, "You do not have permission to perform this action.")
        return None


def _all_when_small(view: StreamView) -> Iterable[Json]:
    """Recorded and changed streams may have any number anywhere; they are small enough to look through."""
    return view.records(0, len(view)) if len(view) <= 10 * PAGE_SIZE_MAX else ()


def _page_size(request: Request) -> int:
    """As DRF: a size that is not a positive number is ignored, a larger one is cut to the maximum."""
    text = request.query_params.get("page_size", "")
    return min(int(text), PAGE_SIZE_MAX) if text.isdecimal() and len(text) < 10 and int(text) > 0 else PAGE_SIZE_MAX


def _page_number(request: Request, last_page: int) -> int | None:
    """As DRF: ``last`` is the last page; ``None`` for a page that is not there."""
    text = request.query_params.get("page", "1")
    if text == "last":
        return last_page
    return int(text) if text.isdecimal() and len(text) < 10 and 1 <= int(text) <= last_page else None


def _link(request: Request, page: int) -> str:
    """The absolute link of another page: parameters in alphabetical order, none for page 1, as DRF writes it."""
    parameters = dict(request.query_params) | {"page": str(page)}
    if page == 1:
        del parameters["page"]
    query = urlencode(sorted(parameters.items()))
    return str(request.url.replace(query=query))
