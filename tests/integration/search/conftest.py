"""A Learn database and search indexes for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from include.search.indexes import ensure_indexes
from include.search.names import QUERYABLE_TYPES
from tests.support.search_stack import SearchStack, search_stack


@pytest.fixture
def bare(servers: Any) -> Iterator[SearchStack]:
    """A stack without indexes."""
    with search_stack(servers.admin_dsn, servers.postgres_dsn, servers.opensearch_url) as stack:
        yield stack


@pytest.fixture
def stack(bare: SearchStack) -> SearchStack:
    """A stack with the indexes of courses and programs."""
    ensure_indexes(bare.client, bare.prefix, types=("course", "program"))
    return bare


@pytest.fixture
def media_stack(bare: SearchStack) -> SearchStack:
    """A stack with the indexes of everything else."""
    ensure_indexes(bare.client, bare.prefix, types=tuple(kind for kind in QUERYABLE_TYPES if kind not in ("course", "program")))
    return bare
