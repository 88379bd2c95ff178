"""A Learn database and search indexes for each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from include.search.indexes import ensure_indexes
from tests.support.search_stack import SearchStack, search_stack


@pytest.fixture(scope="session")
def bodies(shared_data: Path) -> dict[str, Any]:
    """The contract's index bodies."""
    return json.loads((shared_data / "learn" / "index_bodies.json").read_text())


@pytest.fixture
def bare(servers: Any) -> Iterator[SearchStack]:
    """A stack without indexes."""
    with search_stack(servers.admin_dsn, servers.postgres_dsn, servers.opensearch_url) as stack:
        yield stack


@pytest.fixture
def stack(bare: SearchStack, bodies: dict[str, Any]) -> SearchStack:
    """A stack with the indexes of courses and programs."""
    ensure_indexes(bare.client, bare.prefix, {name: bodies[name] for name in ("course", "program")})
    return bare
