"""How every request is made, whoever makes it (our client or airbyte-cdk): guarded, bounded in time and size, retried where it helps."""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3 import BaseHTTPResponse
from urllib3.util.retry import Retry

from include.errors import RateLimited, RefusedAddress, SchemaDrift, UpstreamUnavailable
from include.sources.guard import Check, GuardedAdapter
from include.version import VERSION

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 30.0
"""Longest silence of a server within an answer."""
ANSWER_DEADLINE_SECONDS = 180.0
"""A whole answer may take this long: a server that sends a byte now and then is not waited for."""
MAX_BODY_BYTES = 256 * 2**20
MAX_WAIT_SECONDS = 60.0
"""Longest Retry-After that a task sleeps through; a longer one is `RateLimited`, and Airflow retries later."""
RETRIES = 4
BODY_ATTEMPTS = 3
RETRY_STATUSES = (429, 500, 502, 503, 504)
MAX_REDIRECTS = 5
USER_AGENT = f"LearnPipelines/{VERSION} (+https://learn.mit.edu)"
CREDENTIAL_HEADERS = ("Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key", "X-Auth-Token", "X-Goog-Api-Key")


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


def _retries(backoff_seconds: float, methods: tuple[str, ...]) -> PatientRetry:
    """The retry rule of every request: connection errors, cut answers, 429 and 5xx, of methods that change nothing."""
    return PatientRetry(
        total=RETRIES,
        backoff_factor=backoff_seconds,
        backoff_max=15,
        status_forcelist=RETRY_STATUSES,
        allowed_methods=methods,
        respect_retry_after_header=True,
        raise_on_status=False,
    )


class Transport(GuardedAdapter):
    """Sends a request and reads its answer: what it returns has its whole body.

    urllib3 retries up to the headers; a body that is cut comes after them, and is asked for again here.
    """

    def __init__(self, guard: Check, backoff_seconds: float, retried: tuple[str, ...]) -> None:
        self.backoff_seconds = backoff_seconds
        super().__init__(guard, max_retries=_retries(backoff_seconds, retried))

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests' adapters do, with our time-outs and the body read within its bounds."""
        kwargs["timeout"] = kwargs.get("timeout") or (CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS)
        for attempt in range(BODY_ATTEMPTS):
            response = super().send(request, *args, **{**kwargs, "stream": True})
            tried = getattr(response.raw, "retries", None)
            vars(response)["retries"] = attempt + (len(tried.history) if tried is not None else 0)
            try:
                with response:
                    vars(response).update(_content=_read_body(response), _content_consumed=True)
            except (ChunkedEncodingError, ContentDecodingError) as error:
                if attempt == BODY_ATTEMPTS - 1:
                    raise
                log.info("event=body_cut url=%s attempt=%d error=%s", urlsplit(str(request.url)).path, attempt + 1, type(error).__name__)
                time.sleep(self.backoff_seconds * (attempt + 1))
            else:
                return response
        raise AssertionError("unreachable")


def _read_body(response: requests.Response) -> bytes:
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


def guard_session(
    session: requests.Session, guard: Check, backoff_seconds: float = 0.5, retried: tuple[str, ...] = ("GET", "HEAD")
) -> None:
    """Put ``session`` under these rules, with nothing taken from the environment (proxies, netrc).

    :param retried: methods that may be sent again; POST only where it asks for something (a token) and changes nothing.
    """
    transport = Transport(guard, backoff_seconds, retried)
    session.adapters.clear()
    session.mount("https://", transport)
    session.mount("http://", transport)
    session.trust_env = False
    session.max_redirects = MAX_REDIRECTS
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
    # Bound on the instance, because a library's own session class (airbyte-cdk) has to be put under the guard as well.
    vars(session)["rebuild_auth"] = _rebuild_auth


def _rebuild_auth(prepared: requests.PreparedRequest, response: requests.Response) -> None:
    """On a redirect: never from https to http, and no credential to another origin (requests keeps some of them)."""
    before, after = urlsplit(str(response.request.url)), urlsplit(str(prepared.url))
    if before.scheme == "https" and after.scheme != "https":
        raise RefusedAddress(
            f"{before.hostname} redirects from https to {after.scheme}",
            where=f"{after.scheme}://{after.netloc}{after.path}",
            what_to_do="Correct the base URL of the connection; an answer without TLS is not believed.",
        )
    if (before.scheme, before.hostname, before.port) != (after.scheme, after.hostname, after.port):
        for name in CREDENTIAL_HEADERS:
            prepared.headers.pop(name, None)
