"""The sandbox upstream as an ASGI application: ``uvicorn --factory include.local.upstream.app:create_app``."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from include.local.upstream.catalog import Catalog
from include.local.upstream.control import Control
from include.local.upstream.faults import FaultBoard
from include.local.upstream.objects import s3_client
from include.local.upstream.ocw import OcwBucket
from include.local.upstream.publishers import Publishers, RequestLog
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Store

log = logging.getLogger(__name__)

FILL_RETRY_SECONDS = 2.0


def create_app(settings: UpstreamSettings | None = None) -> Starlette:
    """The application for these settings, by default those of the environment.

    The OCW bucket is filled by a thread that starts with the application; until it is done ``/healthz`` answers 503.
    """
    chosen = settings or UpstreamSettings.from_env()
    store = Store(chosen)
    catalog = Catalog(chosen, store)
    faults, requests = FaultBoard(), RequestLog()
    ocw = OcwBucket(chosen, s3_client(dict(chosen.s3))) if chosen.s3 else None
    control = Control(chosen, store, catalog, faults, requests, ocw)

    async def healthz(request: Request) -> Response:
        """200 when everything can be asked for; 503 with the progress while the OCW bucket is being filled."""
        if ocw is None:
            return JSONResponse({"status": "ok", "ocw": "off: UPSTREAM_S3_ENDPOINT_URL is not set"})
        ready = bool(ocw.progress["ready"])
        return JSONResponse({"status": "ok" if ready else "filling", "ocw": ocw.progress}, 200 if ready else 503)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        stop = threading.Event()
        if ocw is not None:
            threading.Thread(target=_keep_filling, args=(ocw, stop), name="ocw-fill", daemon=True).start()
        yield
        stop.set()

    publishers = Publishers(chosen, catalog, faults, requests)
    return Starlette(routes=[Route("/healthz", healthz), *control.routes(), *publishers.routes()], lifespan=lifespan)


def _keep_filling(ocw: OcwBucket, stop: threading.Event) -> None:
    """Fill the bucket; when that fails (the S3 server may start later) say so in ``/healthz`` and try again."""
    while not stop.is_set():
        try:
            ocw.fill()
            return
        except Exception as error:  # noqa: BLE001 (a thread that ends silently would look like a slow start for ever)
            ocw.progress |= {"ready": False, "error": f"{type(error).__name__}: {error}"}
            log.warning("event=ocw_fill_failed error=%r retry_seconds=%s", str(error), FILL_RETRY_SECONDS)
            stop.wait(FILL_RETRY_SECONDS)
