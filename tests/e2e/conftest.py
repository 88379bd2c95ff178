"""One stack for all end-to-end tests, with the catalogue brought through once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chain import Chain
from tests.support.local_stack import AirflowStack


@pytest.fixture(scope="session")
def first_load(airflow_stack: AirflowStack) -> Chain:
    """The chain after everything went through it once."""
    chain = Chain(airflow_stack)
    chain.start()
    return chain


@pytest.fixture
def chain(first_load: Chain) -> Iterator[Chain]:
    """The chain at rest, before and after the test."""
    first_load.settle()
    yield first_load
    first_load.settle()
