"""The HTTP side of the webhooks: size, signature, then the event. One route per publisher; nothing else is served, no schema, no docs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from include.errors import PipelineError
from include.sources.base import Clock
from include.webhooks import ovs
from include.webhooks.events import Event, InvalidEvent, land_event
from include.webhooks.signature import HEADER, is_signed

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 256 * 2**10
"""A video with every caption and thumbnail has some kilobytes."""
Parser = Callable[[bytes], Event]


class NotStarted(PipelineError):
    """The event is landed, but its ingest could not be started; the sender may send it again."""

    transient = True


@dataclass(frozen=True)
class Receiver:
    """What a request is served with: the shared secret, the landing zone, and how the ingest of a landing is started.

    ``start``: source key and run key of the landing; starting the same one again does nothing.
    """

    secret: str
    s3: Any
    bucket: str
    media_hosts: tuple[str, ...]
    start: Callable[[str, str], None]
    clock: Clock


def make_app(receiver: Callable[[], Receiver]) -> FastAPI:
    """The application; ``receiver`` is asked at each request, so that a changed secret counts at once."""
    app = FastAPI(title="Learn Pipelines webhooks", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/ovs_videos/", status_code=202)
    @app.post("/ovs_videos", status_code=202, include_in_schema=False)
    async def ovs_videos(request: Request) -> JSONResponse:
        body = await _body(request)
        return await run_in_threadpool(_take, receiver, body, request.headers.get(HEADER), ovs.parse_event)

    return app


async def _body(request: Request) -> bytes:
    """The body, read no further than it may be long, whatever the sender says of its length."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, f"A body has at most {MAX_BODY_BYTES} bytes")
    return bytes(body)


def _take(receiver: Callable[[], Receiver], body: bytes, signature: str | None, parse: Callable[..., Event]) -> JSONResponse:
    served = receiver()
    if not served.secret:
        raise HTTPException(503, "No secret is configured (connection `webhooks`)")
    if not is_signed(served.secret, body, signature):
        log.warning("event=webhook_refused reason=signature bytes=%d", len(body))
        raise HTTPException(401, f"{HEADER} is not the signature of this body")
    try:
        event = parse(body, served.media_hosts)
        receipt = land_event(served.s3, served.bucket, event, served.clock())
        served.start(event.source, receipt.run)
    except InvalidEvent as error:
        log.warning("event=webhook_refused reason=%r", str(error))
        raise HTTPException(403 if isinstance(error, ovs.ForbiddenMedia) else 422, str(error)) from error
    except (PipelineError, ClientError, BotoCoreError) as error:
        log.exception("event=webhook_failed")
        raise HTTPException(503, "The event could not be kept; send it again later", {"Retry-After": "60"}) from error
    log.info("event=webhook_taken source=%s key=%s run=%s repeated=%s", event.source, event.key, receipt.run, receipt.is_repeated)
    return JSONResponse({"status": "repeated" if receipt.is_repeated else "accepted", "run": receipt.run}, 202)
