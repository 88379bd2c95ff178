"""Misbehaviour by order: each fault shows in the next n requests of a feed in which it can show, and then it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from include.local.upstream.auth import google_error
from include.local.upstream.feed import Feed
from include.local.upstream.refusals import refusal

QUOTA_TEXT = 'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.'


@dataclass(frozen=True)
class Place:
    """Where in a feed a request is. An unpaged list is its own first and last page."""

    page: int = 1
    last_page: int = 1


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    :param says: what the client sees.
    :param options: options and their defaults.
    :param shows: whether it can show in a request at this place; other requests neither suffer nor spend it.
    :param needs: traits that a stream must have for it.
    """

    says: str
    options: dict[str, Any] = field(default_factory=dict)
    shows: Callable[[Place], bool] = lambda place: True
    needs: frozenset[str] = frozenset()


KINDS: dict[str, Kind] = {
    "rate_limited": Kind("429 with Retry-After", {"seconds": 1}),
    "server_error": Kind("500 with an HTML body"),
    "server_error_last_page": Kind("500 on the last page, or on the list", shows=lambda place: place.page == place.last_page),
    "truncated": Kind("the connection is cut in the middle of the body; Content-Length is that of the whole"),
    "truncated_json": Kind("half of the body, with the Content-Length of the half: complete HTTP, broken JSON"),
    "slow": Kind("the right answer, after `seconds`", {"seconds": 5.0}),
    "page_repeated": Kind("the records of the page before", shows=lambda place: place.page > 1, needs=frozenset({"paged"})),
    "page_skipped": Kind("`next` leads past a page", shows=lambda place: place.page < place.last_page, needs=frozenset({"linked"})),
    "count_disagrees": Kind("`count` is off by `by`", {"by": 7}, needs=frozenset({"counted"})),
    "expired_token": Kind("401 as for an expired key; with OAuth2 until a new token is fetched", needs=frozenset({"auth"})),
    "quota_exceeded": Kind("403 as YouTube says that today's quota is used up", needs=frozenset({"quota"})),
    "empty": Kind("200 with no records and `count`", {"count": 0}, needs=frozenset({"records"})),
    "schema_changed": Kind(
        "`field` of every record is called `to`, or with `retype` is an object around its value; by default the stream's main field",
        {"field": "", "to": "renamed", "retype": False},
        needs=frozenset({"records"}),
    ),
    "partial_errors": Kind(
        "GraphQL `errors` beside the data: `field` of the first record could not be resolved", {"field": ""}, needs=frozenset({"graphql"})
    ),
    "feed_moved": Kind("301 to the same path below /<feed>/moved, which is served; with `gone` 404", {"gone": False}),
    "redirect_private": Kind("302 to `location`", {"location": "http://169.254.169.254/latest/meta-data/"}),
    "not_json": Kind("200 with an HTML page"),
}


class BadFault(ValueError):
    """A fault that this feed cannot show."""


def applies(kind: str, feed: Feed, stream: str) -> bool:
    """Whether a fault of this kind can show in a stream."""
    declared = feed.stream(stream)
    return KINDS[kind].needs <= feed.traits(stream) and (declared is None or kind not in declared.unfit)


def fault_matrix(feeds: Mapping[str, Feed]) -> Iterator[tuple[str, str, str]]:
    """Every (feed, stream, kind) that can show."""
    for feed in feeds.values():
        for stream in feed.streams:
            yield from ((feed.key, stream.name, kind) for kind in KINDS if applies(kind, feed, stream.name))


def faulty_status(kind: str, options: dict[str, Any], path: str) -> Response | None:
    """The answer of a fault that replaces the whole answer to a request of ``path`` (from ``/<feed>`` on); ``None`` for the others."""
    match kind:
        case "rate_limited":
            seconds = int(options["seconds"])
            detail = f"Request was throttled. Expected available in {seconds} seconds."
            return refusal(429, detail, {"Retry-After": str(seconds)})
        case "server_error" | "server_error_last_page":
            return HTMLResponse("<!doctype html>\n<html><body><h1>Server Error (500)</h1></body></html>", 500)
        case "quota_exceeded":
            return google_error(403, QUOTA_TEXT, "quotaExceeded", "youtube.quota")
        case "feed_moved" if options["gone"]:
            return HTMLResponse("<!doctype html>\n<html><body><h1>Not Found</h1></body></html>", 404)
        case "feed_moved":
            _, feed, rest = path.split("/", 2)
            return None if rest.startswith("moved/") else RedirectResponse(f"/{feed}/moved/{rest}", 301)
        case "redirect_private":
            return RedirectResponse(options["location"], 302)
        case "not_json":
            return HTMLResponse("<!doctype html>\n<html><body><h1>We will be back soon</h1></body></html>")
        case _:
            return None


@dataclass
class Fault:
    """An ordered fault; ``left`` counts the requests that it still applies to."""

    feed: str
    stream: str | None
    kind: str
    left: int
    options: dict[str, Any]


class FaultBoard:
    """The faults in force, oldest first."""

    def __init__(self, feeds: Mapping[str, Feed]) -> None:
        self._feeds = feeds
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Put a fault in force; :raises BadFault: for an unknown kind or option, or one that this feed cannot show."""
        kind, feed = KINDS.get(fault.kind), self._feeds[fault.feed]
        if kind is None:
            raise BadFault(f"there is no fault {fault.kind!r}; there are {', '.join(KINDS)}")
        names = [stream.name for stream in feed.streams] if fault.stream is None else [fault.stream]
        if not any(applies(fault.kind, feed, name) for name in names):
            asked = f"it needs a stream with {' and '.join(sorted(kind.needs))}" if kind.needs else "its stream rules it out"
            raise BadFault(f"{fault.kind} cannot show in {fault.feed}: {asked}")
        unknown = set(fault.options) - set(kind.options)
        if unknown:
            raise BadFault(f"{fault.kind} has no option {', '.join(sorted(unknown))}; it has {', '.join(kind.options) or 'none'}")
        fault.options = kind.options | fault.options
        with self._lock:
            self._faults.append(fault)

    def take(self, feed: Feed, stream: str, place: Place) -> Fault | None:
        """The oldest fault that shows at this place, spending one of its requests."""
        with self._lock:
            for fault in self._faults:
                ours = fault.feed == feed.key and fault.stream in (None, stream)
                if ours and applies(fault.kind, feed, stream) and KINDS[fault.kind].shows(place):
                    fault.left -= 1
                    if fault.left <= 0:
                        self._faults.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """End all faults."""
        with self._lock:
            self._faults.clear()

    def state(self) -> list[dict[str, Any]]:
        """The faults in force, with the number of requests left."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]
