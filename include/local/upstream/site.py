"""What a feed's routes are made with: one request with its views, the key check, the faults, the request log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, Handler
from include.local.upstream.auth import OAuth2
from include.local.upstream.faults import FaultBoard, Place, faulty_status
from include.local.upstream.faulty import with_fault
from include.local.upstream.feed import Feed, World
from include.local.upstream.records import StreamView, UnknownRecord
from include.local.upstream.refusals import refusal

if TYPE_CHECKING:
    from include.local.upstream.catalog import Catalog


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


class Ask:
    """One request to a feed. All that it sees is of the one moment at which it came."""

    def __init__(self, request: Request, body: bytes, view: Callable[[str], StreamView], world: World) -> None:
        self.request = request
        self.body = body
        self.view = view
        self.world = world

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of the path."""
        return self.request.path_params

    @property
    def query(self) -> QueryParams:
        """Parameters of the query."""
        return self.request.query_params

    @property
    def form(self) -> dict[str, str]:
        """Fields of a posted form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Site:
    """One feed in one sandbox: makes its routes."""

    def __init__(self, feed: Feed, catalog: Catalog, faults: FaultBoard, log: RequestLog, secret: str) -> None:
        self.feed = feed
        self._auth = feed.auth() if feed.auth else None
        self._catalog = catalog
        self._faults = faults
        self._log = log
        self._secret = secret

    def get(self, path: str, stream: str, handler: Handler, *, open_to_all: bool = False) -> Route:
        """A GET route. ``stream`` is where its requests are counted and whose faults show; ``open_to_all`` asks for no key."""
        return Route(path, self._endpoint(stream, handler, open_to_all), methods=["GET"])

    def post(self, path: str, stream: str, handler: Handler, *, open_to_all: bool = False) -> Route:
        """A POST route, otherwise as ``get``."""
        return Route(path, self._endpoint(stream, handler, open_to_all), methods=["POST"])

    def token(self, ask: Ask) -> Response:
        """Handler of the token endpoint of a feed with ``OAuth2``."""
        if not isinstance(self._auth, OAuth2):
            raise TypeError(f"{self.feed.key} has a token endpoint but no OAuth2")
        return self._auth.issue(ask.form, self._secret)

    def _endpoint(self, stream: str, handler: Handler, open_to_all: bool) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            refused = None if open_to_all or self._auth is None else self._auth.refused(request, self._secret)
            if refused is not None:
                return self._noted(stream, refused)
            body = await request.body()
            try:
                made = await run_in_threadpool(lambda: handler(self._ask(request, body)))
            except UnknownRecord as error:
                return self._noted(stream, refusal(404, f"Not found. {error}"))
            if isinstance(made, Response):
                return self._noted(stream, made)
            return await self._answered(stream, request, made)

        return endpoint

    def _ask(self, request: Request, body: bytes) -> Ask:
        key, snapshot = self.feed.key, self._catalog.snapshot
        return Ask(request, body, lambda name: self._catalog.view(key, name, snapshot), self._catalog.world(key, snapshot))

    async def _answered(self, asked: str, request: Request, answer: Answer) -> Response:
        stream = answer.stream or asked
        fault = self._faults.take(self.feed, stream, Place(answer.facts.page, answer.facts.last_page))
        if fault is None:
            return self._noted(stream, await run_in_threadpool(answer.response))
        if fault.kind == "slow":
            await asyncio.sleep(float(fault.options["seconds"]))
        if fault.kind == "expired_token" and self._auth is not None:
            return self._noted(stream, self._auth.expire(), fault.kind)
        response = faulty_status(fault.kind, fault.options, str(request.url.replace(scheme="", netloc="")))
        if response is None:
            declared = self.feed.stream(stream)
            main_field = declared.drift_field or declared.key if declared else ""
            response = await run_in_threadpool(with_fault, answer, fault.kind, fault.options, main_field)
        return self._noted(stream, response, fault.kind)

    def _noted(self, stream: str, response: Response, fault: str | None = None) -> Response:
        self._log.note(self.feed.key, stream, response.status_code, fault)
        return response
