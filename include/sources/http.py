"""GET of JSON from an upstream, with typed errors. How the request is made is `include.sources.transport`.

Decided here for every feed: a 200 whose body is not JSON is `UpstreamUnavailable` (a cut body or a maintenance page: worth another
try), an empty body is `IncompletePage`, and JSON of another shape is `SchemaDrift` (no retry helps, the source has to be changed).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase

from include.errors import (
    AuthError,
    IncompletePage,
    PipelineError,
    RateLimited,
    RefusedAddress,
    SchemaDrift,
    SourceError,
    UpstreamUnavailable,
)
from include.sources.base import RequestLog
from include.sources.guard import AddressGuard
from include.sources.payload import parse_json
from include.sources.transport import RETRIES, guard_session

USER_AGENT = "user_agent"
"""Extra of a connection: some hosts refuse what they do not know (sources.md 1.12)."""


@dataclass
class HttpClient:
    """One upstream as the connection describes it.

    :param base_url: scheme, host and port (a path is allowed) that relative paths are joined to.
    :param api_key: sent as ``Authorization: <key_scheme> <key>``, never to another host.
    :param settings: what else the connection's extra says, for the source that reads it; ``user_agent`` is sent in place of our own.
    :param paths: path of each stream (``courses`` -> ``/api/v2/courses/``), overriding the source's own.
    """

    source: str
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    allow_private: tuple[str, ...] = ()
    paths: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict, repr=False)
    key_scheme: str = "Api-Key"
    backoff_seconds: float = 0.5
    log: RequestLog = field(default_factory=RequestLog)
    auth: AuthBase | None = field(default=None, repr=False)
    """Signs every request of this upstream, whoever makes it; see `include.sources.oauth.authenticate`."""

    def __post_init__(self) -> None:
        self.guard = AddressGuard(self.allow_private)
        self.session = requests.Session()
        guard_session(self.session, self.guard, self.backoff_seconds)
        if USER_AGENT in self.settings:
            self.session.headers["User-Agent"] = str(self.settings[USER_AGENT])
        self.session.auth = self.auth
        if self.api_key:
            self.session.headers["Authorization"] = f"{self.key_scheme} {self.api_key}"

    def url(self, path: str) -> str:
        """``path`` below the base URL, also when that has a path of its own; a full URL stays as it is (`same_host` guards links)."""
        return urljoin(self.base_url.rstrip("/") + "/", path.lstrip("/"))

    def get_json(self, url: str, where: str) -> Any:
        """The parsed body of a GET. Raises a typed `SourceError` that carries this source and ``where``."""
        with self._told(where):
            return parse_body(self.get(url, where).content)

    def get(self, url: str, where: str) -> requests.Response:
        """The answer 200 to a GET, whatever its body is. Raises a typed `SourceError` that carries this source and ``where``."""
        return self._answer(lambda: self.session.get(url), where)

    def post_form(self, url: str, form: Mapping[str, str], where: str) -> Any:
        """The parsed body of the answer to a form that asks for something and changes nothing: it is sent again as a GET would be."""
        guard_session(self.session, self.guard, self.backoff_seconds, retried=("GET", "HEAD", "POST"))
        with self._told(where):
            return parse_body(self._answer(lambda: self.session.post(url, data=form), where).content)

    def _answer(self, ask: Callable[[], requests.Response], where: str) -> requests.Response:
        started = time.monotonic()
        try:
            with self._told(where):
                response = ask()
                self.log.count(response)
                if response.status_code != 200:
                    refuse_status(response.status_code, response.content, response.headers.get("Retry-After"))
                return response
        finally:
            self.log.seconds += time.monotonic() - started

    @contextmanager
    def _told(self, where: str) -> Iterator[None]:
        try:
            yield
        except PipelineError as error:
            error.source, error.where = error.source or self.source, error.where or where
            raise
        except requests.RequestException as error:
            raise unavailable(error, self.source, where) from error


def parse_body(body: bytes, *, show: bool = True) -> Any:
    """The JSON of a 200, or the typed error of a body that is empty or not JSON, which quotes it unless ``show`` is false."""
    if not body.strip():
        raise IncompletePage(
            "The upstream answered 200 with an empty body",
            what_to_do="Nothing: nothing of this read is believed, and the task reads again. If it stays, ask the publisher.",
        )
    try:
        return parse_json(body)
    except ValueError as error:
        raise UpstreamUnavailable(
            f"The body is not JSON{f': {error}' if show else ''}",
            sample=body[:300].decode("utf-8", "replace") if show else "",
            what_to_do="Nothing at first: a cut body or a maintenance page is read again. If it stays, open the URL and look.",
        ) from error


def same_host(base: str, link: str) -> str:
    """``link`` on the scheme, host and port of ``base``; a link to another host is refused (key-leak guard, sources.md 2.3).

    A publisher behind a proxy sends ``http://`` links of its own host: they are followed on the scheme that we came with.
    """
    origin, target = urlsplit(base), urlsplit(urljoin(base, link))
    if target.hostname != origin.hostname:
        raise RefusedAddress(
            f"The link to the next page leads to another host: {target.hostname}",
            where=link,
            what_to_do="Ask the publisher. If the feed has moved, change the base URL of the connection; the key goes nowhere else.",
        )
    return target._replace(scheme=origin.scheme, netloc=origin.netloc, fragment="").geturl()


def refuse_status(status: int, body: bytes = b"", retry_after: str | None = None) -> NoReturn:
    """Raise the typed error of a status that is not 200."""
    sample = body[:300].decode("utf-8", "replace")
    if status in (401, 403):
        raise AuthError(
            f"The upstream refused our credential (HTTP {status})",
            sample=sample,
            what_to_do="Put a valid key into the connection of this upstream (password) and clear the task.",
        )
    if status == 429:
        raise RateLimited(
            f"The upstream still answers 429 after {RETRIES} retries (Retry-After: {retry_after})",
            sample=sample,
            what_to_do="Nothing: the task is tried again later. If it stays, lower the pool of this upstream or ask for a quota.",
        )
    if status >= 500 or status in (408, 425):
        raise UpstreamUnavailable(
            f"The upstream answers HTTP {status} after {RETRIES} retries",
            sample=sample,
            what_to_do="Nothing: the task is tried again. If it stays, look at the publisher's status page.",
        )
    raise SchemaDrift(
        f"The upstream answers HTTP {status}",
        sample=sample,
        what_to_do="The endpoint is not where it was: compare the path in the connection with the publisher's documentation.",
    )


def as_rate_limit(error: AuthError, words: tuple[str, ...], message: str, what_to_do: str) -> PipelineError:
    """``error``, or `RateLimited` where the refusal speaks of a quota: some publishers answer 403 for that as well."""
    if not any(word in error.sample.lower() for word in words):
        return error
    return RateLimited(message, source=error.source, where=error.where, sample=error.sample, what_to_do=what_to_do)


def unavailable(error: Exception, source: str, where: str) -> SourceError:
    """A failure of the network as a typed error."""
    return UpstreamUnavailable(
        f"No whole answer: {type(error).__name__}",
        source=source,
        where=where,
        sample=str(error),
        what_to_do="Nothing at first: the task is tried again. If it stays, check the host, its certificate and the network.",
    )
