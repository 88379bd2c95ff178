"""A scripted upstream and a client that may reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from include.sources.http import HttpClient
from tests.support.http_server import Scripted, scripted_server


@pytest.fixture
def upstream() -> Iterator[Scripted]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def client_of() -> Callable[..., HttpClient]:
    def make(server: Scripted, api_key: str | None = None, allow: bool = True) -> HttpClient:
        allowed = (server.address,) if allow else ()
        return HttpClient("mitxonline", server.url, api_key, allow_private=allowed, backoff_seconds=0.001)

    return make
