"""The OpenSearch client that every search task uses, made from plain settings."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opensearchpy import OpenSearch, TransportError
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from include.errors import SearchError, SearchUnavailable

log = logging.getLogger(__name__)

REQUEST_TIMEOUT_SECONDS = 60
HEALTH_PAUSE_SECONDS = 1
TOO_MANY_REQUESTS = 429
SERVER_ERRORS = 500


@dataclass(frozen=True)
class SearchSettings:
    """Where the search server is and how to log in.

    ``url`` is a base address such as ``https://search.example.org:9200``; ``user`` and ``password`` are both empty for a
    server without its security plugin.
    """

    url: str
    user: str = ""
    password: str = ""
    verify_certificates: bool = True
    timeout_seconds: int = REQUEST_TIMEOUT_SECONDS


def make_client(settings: SearchSettings) -> OpenSearch:
    """A client that retries a lost connection or a 502-504 three times; anything slower is for the task's own retry.

    A bulk request may therefore be sent twice. That is safe: each item carries an external version.
    """
    return OpenSearch(
        hosts=[settings.url],
        http_auth=(settings.user, settings.password) if settings.user else None,
        verify_certs=settings.verify_certificates,
        ssl_show_warn=settings.verify_certificates,
        timeout=settings.timeout_seconds,
        max_retries=3,
        retry_on_timeout=True,
        retry_on_status=(502, 503, 504),
    )


@contextmanager
def typed_errors(run: str = "") -> Iterator[None]:
    """Turn the client's errors into ours: no answer, 429 and 5xx are worth another try, everything else is not."""
    try:
        yield
    except TransportError as error:
        status = error.status_code
        if not isinstance(status, int) or status == TOO_MANY_REQUESTS or status >= SERVER_ERRORS:
            raise SearchUnavailable(
                f"The search server did not answer: {error}",
                run=run,
                what_to_do="See whether it is up and has room; the next run goes on where this one stopped.",
            ) from error
        raise SearchError(
            f"The search server refused a request: {error}",
            run=run,
            what_to_do="Check the search user's rights and that the indexes exist (ensure_indexes).",
        ) from error


def wait_until_writable(client: OpenSearch, aliases: Collection[str], yellow_wait_seconds: float) -> str:
    """Give a cluster that is recovering time before it gets more to do; returns its health, ``green`` or ``yellow``.

    Yellow means copies of shards that are missing, maybe because a node restarts. A cluster that stays yellow, as one with
    more replicas than nodes, gets its writes all the same.

    :param aliases: of the indexes that are to be written; one that does not exist is left out.
    :raises SearchUnavailable: a primary shard is away, so that writes would be refused.
    """

    def health() -> str:
        # As a pattern: an alias that does not exist is for the write to complain about.
        return str(client.cluster.health(index=",".join(f"{alias}*" for alias in aliases), expand_wildcards="open")["status"])

    patient = Retrying(
        stop=stop_after_delay(yellow_wait_seconds),
        wait=wait_fixed(HEALTH_PAUSE_SECONDS),
        retry=retry_if_result(lambda status: status != "green"),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else "red",
    )
    status: str = patient(health)
    if status == "red":
        raise SearchUnavailable(
            "Primary shards of the search indexes are away.",
            where=", ".join(aliases),
            what_to_do="See which node or disk is missing (GET _cluster/allocation/explain); the next run goes on where this one stopped.",
        )
    if status != "green":
        log.warning("search_cluster_yellow aliases=%s waited_seconds=%.0f", ",".join(aliases), yellow_wait_seconds)
    return status
