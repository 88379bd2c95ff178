"""Servers that are killed: no other test uses them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.world import World, running_world
from tests.support.local_stack import shared_stack


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world of this session."""
    with running_world(shared_stack("faults", request, airflow=False), tmp_path_factory.mktemp("sequences")) as made:
        yield made
