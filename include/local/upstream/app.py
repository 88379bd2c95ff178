"""The sandbox upstream as an ASGI application: ``uvicorn --factory include.local.upstream.app:create_app``."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from include.local.upstream.app_database import AppDatabase
from include.local.upstream.bucket import FeedBucket
from include.local.upstream.catalog import Catalog
from include.local.upstream.control import Control
from include.local.upstream.faults import FaultBoard
from include.local.upstream.feeds import FEEDS
from include.local.upstream.objects import s3_client
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.site import RequestLog, Site
from include.local.upstream.store import Store

log = logging.getLogger(__name__)

FILL_RETRY_SECONDS = 2.0


def create_app(settings: UpstreamSettings | None = None) -> Starlette:
    """The application for these settings, by default those of the environment.

    Buckets and databases are filled by a thread that starts with the application; until it is done ``/healthz`` answers 503.
    """
    chosen = settings or UpstreamSettings.from_env()
    store = Store(chosen)
    catalog = Catalog(chosen, store)
    faults, requests = FaultBoard(FEEDS), RequestLog()
    buckets = feed_buckets(chosen, catalog)
    databases = [AppDatabase(chosen.mitxonline_app_dsn, catalog)] if chosen.mitxonline_app_dsn else []
    control = Control(chosen, store, catalog, faults, requests, buckets, databases)
    places: list[Fillable] = [*buckets.values(), *databases]

    async def healthz(request: Request) -> Response:
        """200 when everything can be asked for; 503 with the progress while a bucket or database is being filled."""
        ready = all(place.progress["ready"] for place in places)
        told = {
            "status": "ok" if ready else "filling",
            "buckets": {key: bucket.progress for key, bucket in buckets.items()} or "off: UPSTREAM_S3_ENDPOINT_URL is not set",
            "databases": {database.key: database.progress for database in databases},
        }
        return JSONResponse(told, 200 if ready else 503)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        stop = threading.Event()
        threading.Thread(target=_keep_filling, args=(places, stop), name="fill", daemon=True).start()
        yield
        stop.set()

    feeds = _feed_routes(chosen, catalog, faults, requests)
    return Starlette(routes=[Route("/healthz", healthz), *control.routes(), *feeds], lifespan=lifespan)


def _feed_routes(settings: UpstreamSettings, catalog: Catalog, faults: FaultBoard, requests: RequestLog) -> Iterator[Mount]:
    """Each feed under its key and, for ``feed_moved``, once more below ``moved``."""
    for feed in FEEDS.values():
        routes = list(feed.routes(Site(feed, catalog, faults, requests, settings.secrets.get(feed.key, ""))))
        yield Mount(f"/{feed.key}/moved", routes=routes)
        yield Mount(f"/{feed.key}", routes=routes)


def feed_buckets(settings: UpstreamSettings, catalog: Catalog) -> dict[str, FeedBucket]:
    """The feeds that are buckets; none without an S3 server."""
    if not settings.s3:
        return {}
    s3 = s3_client(dict(settings.s3))
    return {feed.key: FeedBucket(feed, settings, s3, catalog.world(feed.key)) for feed in FEEDS.values() if feed.objects}


class Fillable(Protocol):
    """A bucket or a database that the sandbox fills."""

    key: str
    progress: dict[str, Any]

    def fill(self) -> object:
        """Make it what the feed is now."""


def _keep_filling(places: list[Fillable], stop: threading.Event) -> None:
    """Fill all places; when one fails (its server may start later) say so in ``/healthz`` and try again."""
    waiting = list(places)
    while waiting and not stop.is_set():
        place = waiting[0]
        try:
            place.fill()
            waiting.pop(0)
        except Exception as error:  # noqa: BLE001 (a thread that ends silently would look like a slow start for ever)
            place.progress |= {"ready": False, "error": f"{type(error).__name__}: {error}"}
            log.warning("event=fill_failed feed=%s error=%r retry_seconds=%s", place.key, str(error), FILL_RETRY_SECONDS)
            stop.wait(FILL_RETRY_SECONDS)
