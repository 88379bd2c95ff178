"""Misbehaviour by order: each fault shows in the next n requests of a feed in which it can show, and then it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where in a feed a request is. An unpaged list is its own first and last page."""

    page: int = 1
    last_page: int = 1
    paged: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    :param says: what the client sees.
    :param options: options and their defaults.
    :param shows: whether it can show in a request at this place; other requests neither suffer nor spend it.
    """

    says: str
    options: dict[str, Any] = field(default_factory=dict)
    shows: Callable[[Place], bool] = lambda place: True
    paged_only: bool = False


KINDS: dict[str, Kind] = {
    "rate_limited": Kind("429 with Retry-After", {"seconds": 1}),
    "server_error": Kind("500 with an HTML body"),
    "server_error_last_page": Kind("500 on the last page, or on the list", shows=lambda place: place.page == place.last_page),
    "truncated": Kind("the connection is cut in the middle of the body; Content-Length is that of the whole"),
    "truncated_json": Kind("half of the body, with the Content-Length of the half: complete HTTP, broken JSON"),
    "slow": Kind("the right answer, after `seconds`", {"seconds": 5.0}),
    "page_repeated": Kind("the records of the page before", shows=lambda place: place.page > 1, paged_only=True),
    "page_skipped": Kind("`next` leads past a page", shows=lambda place: place.page < place.last_page, paged_only=True),
    "count_disagrees": Kind("`count` is off by `by`", {"by": 7}, paged_only=True),
    "expired_token": Kind("401 as for an expired key"),
    "empty": Kind("200 with no records and `count`", {"count": 0}),
    "redirect_private": Kind("302 to `location`", {"location": "http://169.254.169.254/latest/meta-data/"}),
    "not_json": Kind("200 with an HTML page"),
}


class BadFault(ValueError):
    """A fault that this feed cannot show."""


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

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Put a fault in force; :raises BadFault: for an unknown kind or option, or one that needs pages on a plain list."""
        kind = KINDS.get(fault.kind)
        if kind is None:
            raise BadFault(f"there is no fault {fault.kind!r}; there are {', '.join(KINDS)}")
        if kind.paged_only and fault.feed != "mitxonline":
            raise BadFault(f"{fault.kind} needs pages, and {fault.feed} answers with whole lists")
        unknown = set(fault.options) - set(kind.options)
        if unknown:
            raise BadFault(f"{fault.kind} has no option {', '.join(sorted(unknown))}; it has {', '.join(kind.options) or 'none'}")
        fault.options = kind.options | fault.options
        with self._lock:
            self._faults.append(fault)

    def take(self, feed: str, stream: str, place: Place) -> Fault | None:
        """The oldest fault that shows at this place, spending one of its requests."""
        with self._lock:
            for fault in self._faults:
                if fault.feed == feed and fault.stream in (None, stream) and KINDS[fault.kind].shows(place):
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
