"""Starts the sandbox upstream on a real socket and reads it as a client would."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from include.local.upstream.client import UpstreamClient
from include.local.upstream.embedded import running_upstream
from include.local.upstream.feeds import FEEDS
from include.local.upstream.settings import UpstreamSettings

CLOCK = datetime(2024, 9, 10, 12, tzinfo=UTC)
HTTP = httpx.Client(verify=False)
"""Plain HTTP on loopback: loading certificates for each call would take 0.1 s."""
Running = tuple[str, UpstreamClient]
"""Base URL and control client."""


def own_buckets() -> dict[str, str]:
    """Feed -> a bucket that no other test uses, for every feed that is one."""
    return {key: f"upstream-{key}-{uuid.uuid4().hex[:12]}" for key, feed in FEEDS.items() if feed.objects}


@contextmanager
def upstream_factory() -> Iterator[Callable[..., Running]]:
    """A function from settings to a running upstream, with the clock at 2024-09-10 unless told otherwise; all end with the block."""
    with ExitStack() as stack:

        def start(**settings: Any) -> Running:
            buckets = own_buckets() | settings.pop("buckets", {})
            given = UpstreamSettings(**({"clock": CLOCK, "buckets": buckets} | settings))
            address = stack.enter_context(running_upstream(given))
            return address, stack.enter_context(UpstreamClient(address, given.control_token))

        yield start


def read_pages(address: str, stream: str, page_size: int = 100) -> list[dict[str, Any]]:
    """All records of a MITx Online stream, following ``next``."""
    records: list[dict[str, Any]] = []
    following: str | None = f"{address}/mitxonline/api/v2/{stream}/?live=True&page_size={page_size}"
    while following:
        page = HTTP.get(following).raise_for_status().json()
        records += page["results"]
        following = page["next"]
    return records


def read_list(address: str, stream: str) -> list[dict[str, Any]]:
    """An xPRO list."""
    found: list[dict[str, Any]] = HTTP.get(f"{address}/xpro/api/{stream}/").raise_for_status().json()
    return found
