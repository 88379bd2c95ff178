"""A sandbox upstream on a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.upstream import Running, upstream_factory


@pytest.fixture
def upstream() -> Iterator[Callable[..., Running]]:
    """A factory: settings to (base URL, control client) of a running upstream."""
    with upstream_factory() as start:
        yield start
