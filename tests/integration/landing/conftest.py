"""The sandbox upstream, and a bucket to land in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from include.sources.http import HttpClient
from tests.support.upstream import Running, upstream_factory


@pytest.fixture
def start_upstream() -> Iterator[Callable[..., Running]]:
    with upstream_factory() as start:
        yield start


@pytest.fixture
def client_for() -> Callable[[str, str], HttpClient]:
    """The client of a source for a sandbox upstream at an address."""

    def make(source: str, address: str, api_key: str | None = None) -> HttpClient:
        allowed = (address.removeprefix("http://").rstrip("/"),)
        return HttpClient(source, f"{address}/{source}", api_key, allow_private=allowed, backoff_seconds=0.001)

    return make
