"""GET of JSON from an upstream: bounded in time and size, retried where it helps, under the address guard, with typed errors.

Decided here for every feed: a 200 whose body is not JSON is `UpstreamUnavailable` (a cut body or a maintenance page: worth another
try), an empty body is `IncompletePage`, and JSON of another shape is `SchemaDrift` (no retry helps, the source has to be changed).
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import requests
from urllib3 import BaseHTTPResponse
from urllib3.util.retry import Retry

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
from include.sources.guard import AddressGuard, guard_session
from include.sources.payload import parse_json
from include.version import VERSION

log = logging.getLogger(__name__)

ANSWER_DEADLINE_SECONDS = 180.0
"""A whole answer may take this long: a server that sends a byte now and then is not waited for."""
MAX_BODY_BYTES = 256 * 2**20
MAX_WAIT_SECONDS = 60.0
"""Longest Retry-After that a task sleeps through; a longer one is `RateLimited`, and Airflow retries later."""
RETRIES = 4
BODY_ATTEMPTS = 3
RETRY_STATUSES = (429, 500, 502, 503, 504)
USER_AGENT = f"LearnPipelines/{VERSION} (+https://learn.mit.edu)"


class PatientRetry(Retry):
    """urllib3's retries, except that a Retry-After beyond ``MAX_WAIT_SECONDS`` is an error instead of a long sleep."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds that the server asks us to wait."""
        seconds = super().get_retry_after(response)
        if seconds is not None and seconds > MAX_WAIT_SECONDS:
            raise RateLimited(
                f"The upstream asks us to wait {seconds:.0f} s (HTTP {response.status})",
                what_to_do=f"Nothing: the task is tried again later. If it stays, lower the pool of this upstream or ask for a quota"
                f" (a task waits at most {MAX_WAIT_SECONDS:.0f} s itself).",
            )
        return seconds


def retries(backoff_seconds: float = 0.5) -> PatientRetry:
    """The retry rule of every request: connection errors, cut answers, 429 and 5xx, of GET only."""
    return PatientRetry(
        total=RETRIES,
        backoff_factor=backoff_seconds,
        backoff_max=15,
        status_forcelist=RETRY_STATUSES,
        allowed_methods=("GET", "HEAD"),
        respect_retry_after_header=True,
        raise_on_status=False,
    )


@dataclass
class HttpClient:
    """One upstream as the connection describes it.

    :param base_url: scheme, host and port (a path is allowed) that relative paths are joined to.
    :param api_key: sent as ``Authorization: Api-Key <key>``, never to another host.
    :param paths: path of each stream (``courses`` -> ``/api/v2/courses/``), overriding the source's own.
    """

    source: str
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    allow_private: tuple[str, ...] = ()
    paths: dict[str, str] = field(default_factory=dict)
    backoff_seconds: float = 0.5
    log: RequestLog = field(default_factory=RequestLog)

    def __post_init__(self) -> None:
        self.guard = AddressGuard(self.allow_private)
        self.session = requests.Session()
        guard_session(self.session, self.guard, max_retries=retries(self.backoff_seconds))
        self.session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        if self.api_key:
            self.session.headers["Authorization"] = f"Api-Key {self.api_key}"

    def url(self, path: str) -> str:
        """``path`` on this upstream; a full URL of another host or port is refused by ``same_host``."""
        return urljoin(self.base_url, path)

    def get_json(self, url: str, where: str) -> Any:
        """The parsed body of a GET. Raises a typed `SourceError` that carries this source and ``where``."""
        started = time.monotonic()
        try:
            for attempt in range(1, BODY_ATTEMPTS + 1):
                try:
                    return self._answer(url)
                except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
                    # urllib3 retries up to the headers; a body that is cut comes after them.
                    if attempt == BODY_ATTEMPTS:
                        raise
                    self.log.retries += 1
                    log.info("event=body_cut source=%s where=%s attempt=%d error=%s", self.source, where, attempt, type(error).__name__)
                    time.sleep(self.backoff_seconds * attempt)
        except PipelineError as error:
            error.source, error.where = error.source or self.source, error.where or where
            raise
        except requests.RequestException as error:
            raise unavailable(error, self.source, where) from error
        finally:
            self.log.seconds += time.monotonic() - started
        raise AssertionError("unreachable")

    def _answer(self, url: str) -> Any:
        with self.session.get(url, stream=True) as response:
            self.log.count(response)
            body = read_body(response)
        self.log.bytes += len(body)
        if response.status_code != 200:
            refuse_status(response.status_code, body, response.headers.get("Retry-After"))
        return parse_body(body)


def read_body(response: requests.Response) -> bytes:
    """The body of a streamed response, within ``MAX_BODY_BYTES`` and ``ANSWER_DEADLINE_SECONDS``."""
    deadline = time.monotonic() + ANSWER_DEADLINE_SECONDS
    chunks, size = [], 0
    for chunk in response.iter_content(64 * 1024):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise SchemaDrift(
                f"The answer is larger than {MAX_BODY_BYTES} bytes", what_to_do="Ask the publisher for pages, or read another endpoint."
            )
        if time.monotonic() > deadline:
            raise UpstreamUnavailable(
                f"The answer took longer than {ANSWER_DEADLINE_SECONDS:.0f} s", what_to_do="Nothing: the task is tried again."
            )
    return b"".join(chunks)


def parse_body(body: bytes) -> Any:
    """The JSON of a 200, or the typed error of a body that is empty or not JSON."""
    if not body.strip():
        raise IncompletePage(
            "The upstream answered 200 with an empty body",
            what_to_do="Nothing: nothing of this read is believed, and the task reads again. If it stays, ask the publisher.",
        )
    try:
        return parse_json(body)
    except ValueError as error:
        raise UpstreamUnavailable(
            f"The body is not JSON: {error}",
            sample=body[:300].decode("utf-8", "replace"),
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


def unavailable(error: Exception, source: str, where: str) -> SourceError:
    """A failure of the network as a typed error."""
    return UpstreamUnavailable(
        f"No whole answer: {type(error).__name__}",
        source=source,
        where=where,
        sample=str(error),
        what_to_do="Nothing at first: the task is tried again. If it stays, check the host, its certificate and the network.",
    )
