"""How an answer is written: DRF pages, plain lists, and the bodies and statuses of each fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import orjson
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.types import Receive, Scope, Send

from include.local.upstream.generated.common import Json
from include.local.upstream.records import StreamView

RECORDS_PER_CHUNK = 64
DRF_HEADERS = {"Allow": "GET, HEAD, OPTIONS", "Vary": "Accept, Cookie"}


@dataclass(frozen=True)
class Answer:
    """The records ``start`` to ``stop`` of a view; ``envelope`` is the page object around them, ``None`` for a plain list."""

    view: StreamView
    start: int
    stop: int
    envelope: Json | None = None

    def body(self) -> Iterator[bytes]:
        """The JSON in chunks; calling it again gives the same bytes."""
        yield b"[" if self.envelope is None else orjson.dumps(self.envelope)[:-1] + b',"results":['
        records = self.view.records(self.start, self.stop)
        separator = b""
        while batch := list(islice(records, RECORDS_PER_CHUNK)):
            yield separator + orjson.dumps(batch)[1:-1]
            separator = b","
        yield b"]" if self.envelope is None else b"]}"

    def response(self) -> Response:
        """A page as one body with its length, a plain list as a stream."""
        if self.envelope is None:
            return StreamingResponse(self.body(), media_type="application/json", headers=DRF_HEADERS)
        return Response(b"".join(self.body()), media_type="application/json", headers=DRF_HEADERS)


class CutResponse(Response):
    """Sends the first half of a body.

    :param declare_whole: declare the length of the whole body, so that the server has to cut the connection; otherwise the
        length of the half.
    """

    def __init__(self, body: Callable[[], Iterator[bytes]], *, declare_whole: bool) -> None:
        super().__init__(media_type="application/json", headers=DRF_HEADERS)
        self._body = body
        self._declare_whole = declare_whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure the body in a first pass, send half of it in a second; memory stays at one chunk."""
        whole = await run_in_threadpool(lambda: sum(len(chunk) for chunk in self._body()))
        left = whole // 2
        self.headers["content-length"] = str(whole if self._declare_whole else left)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for chunk in iterate_in_threadpool(self._body()):
            part = chunk[:left]
            left -= len(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
            if left == 0:
                break
        if not self._declare_whole:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def refusal(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """An error as Django REST framework writes it."""
    return JSONResponse({"detail": detail}, status, headers=DRF_HEADERS | (headers or {}))


def faulty_status(kind: str, options: dict[str, Any]) -> Response | None:
    """The answer of a fault that replaces the whole answer; ``None`` for the others."""
    match kind:
        case "rate_limited":
            seconds = int(options["seconds"])
            detail = f"Request was throttled. Expected available in {seconds} seconds."
            return refusal(429, detail, {"Retry-After": str(seconds)})
        case "server_error" | "server_error_last_page":
            return HTMLResponse("<!doctype html>\n<html><body><h1>Server Error (500)</h1></body></html>", 500)
        case "expired_token":
            return refusal(401, "API key has expired.", {"WWW-Authenticate": "Api-Key"})
        case "redirect_private":
            return RedirectResponse(options["location"], 302)
        case "not_json":
            return HTMLResponse("<!doctype html>\n<html><body><h1>We will be back soon</h1></body></html>")
        case _:
            return None


def faulty_answer(kind: str, options: dict[str, Any], answer: Answer) -> Response:
    """The answer of a fault that changes the records, the envelope or the body."""
    match kind:
        case "empty":
            envelope = answer.envelope and answer.envelope | {"count": options["count"], "next": None, "previous": None}
            return replace(answer, start=0, stop=0, envelope=envelope).response()
        case "count_disagrees" if answer.envelope:
            return replace(answer, envelope=answer.envelope | {"count": answer.envelope["count"] + options["by"]}).response()
        case "page_repeated":
            size = _page_size(answer)
            return replace(answer, start=answer.start - size, stop=answer.start).response()
        case "truncated" | "truncated_json":
            return CutResponse(answer.body, declare_whole=kind == "truncated")
        case _:
            return answer.response()


def _page_size(answer: Answer) -> int:
    return answer.stop - answer.start
