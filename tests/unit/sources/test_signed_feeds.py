"""The feeds behind OAuth2 tokens, read from the sandbox as their connections say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from include.errors import AuthError, IncompletePage
from include.local.upstream.feeds import FEEDS
from include.local.upstream_connections import UPSTREAMS
from include.sources.base import Page, Reading, find_stream
from include.sources.clients import http_client
from include.sources.http import HttpClient
from include.sources.registry import SOURCES
from tests.support.feeds import no_clock
from tests.support.upstream import Running, upstream_factory

STREAMS = [("mit_edx", "courses"), ("mit_edx", "programs"), ("see", "courses"), ("see", "offerings")]
RESOURCES = 900
SECRET = "known to the sandbox only"
EDX_COURSES = find_stream(SOURCES["mit_edx"], "courses")
each_stream = pytest.mark.parametrize(("source", "stream"), STREAMS)
Start = Callable[..., Running]


@pytest.fixture
def sandbox() -> Iterator[Start]:
    with upstream_factory() as start:
        yield lambda **settings: start(resources=RESOURCES, **settings)


def client_of(source: str, address: str, password: str = "any") -> HttpClient:
    """The client that the local connection of a feed gives."""
    place: Any = type("Place", (), {"upstream_url": address})()
    parts = UPSTREAMS[source](place, source)
    extra = parts["extra"] | {"allow_private": [urlsplit(address).netloc]}
    client = http_client(SOURCES[source], parts["host"], password, extra, parts["login"])
    client.backoff_seconds = 0.001
    return client


def read(source: str, stream: str, client: HttpClient, cursor: Any = None) -> list[Page]:
    return list(SOURCES[source].pages(find_stream(SOURCES[source], stream), client, Reading(no_clock, cursor)))  # type: ignore[arg-type,return-value]


def keys(pages: list[Page]) -> list[str]:
    return [record.key for page in pages for record in page.records]


@each_stream
def test_every_record_is_read_once(sandbox: Start, source: str, stream: str) -> None:
    address, control = sandbox()
    pages = read(source, stream, client_of(source, address))
    found = keys(pages)
    assert len(found) == len(set(found)) == FEEDS[source].stream(stream).quantity.of(RESOURCES)
    assert not [reject for page in pages for reject in page.rejects]
    assert control.requests()[source]["token"]["requests"] == 1


@each_stream
def test_a_token_that_expires_in_mid_run_is_renewed(sandbox: Start, source: str, stream: str) -> None:
    address, control = sandbox()
    whole = keys(read(source, stream, client_of(source, address)))
    client = client_of(source, address)
    control.fault(source, "expired_token", stream=stream)
    assert keys(read(source, stream, client)) == whole
    assert client.log.statuses["401"] == 1


@each_stream
def test_a_wrong_secret_is_an_auth_error(sandbox: Start, source: str, stream: str) -> None:
    address, _ = sandbox(secrets={source: SECRET})
    assert read(source, stream, client_of(source, address, SECRET))
    with pytest.raises(AuthError, match="no token"):
        read(source, stream, client_of(source, address, "wrong"))


@pytest.mark.parametrize("stream", ["courses", "programs"])
def test_edx_goes_on_after_any_page_with_another_token(sandbox: Start, stream: str) -> None:
    address, _ = sandbox()
    pages = read("mit_edx", stream, client_of("mit_edx", address))
    for page in pages:
        if page.cursor is not None:
            rest = read("mit_edx", stream, client_of("mit_edx", address), page.cursor)
            assert keys(pages[: page.number]) + keys(rest) == keys(pages)


def test_an_empty_page_is_no_end(sandbox: Start) -> None:
    address, control = sandbox()
    pages = SOURCES["mit_edx"].pages(EDX_COURSES, client_of("mit_edx", address), Reading(no_clock))  # type: ignore[arg-type,return-value]
    assert next(pages).records
    control.fault("mit_edx", "empty", stream="courses")
    with pytest.raises(IncompletePage, match="is empty"):
        next(pages)
