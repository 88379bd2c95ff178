"""Every feed once through the whole chain, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from include.sources.registry import SOURCES
from tests.support.pipeline import Pipeline, running_pipeline

RESOURCES = 120


@dataclass
class Passed:
    """A chain after every feed went through it. A feed that fails does not hold the others: its own tests fail."""

    pipeline: Pipeline
    failures: dict[str, Exception] = field(default_factory=dict)

    def raise_failure(self, source: str) -> None:
        """Fail as the ingest of this feed failed, if it did."""
        if source in self.failures:
            raise self.failures[source]


@pytest.fixture(scope="session")
def pipeline(servers: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """A chain with nothing in it."""
    with running_pipeline(servers, tmp_path_factory.mktemp("chain"), "chain", resources=RESOURCES) as made:
        yield made


@pytest.fixture(scope="session")
def passed(pipeline: Pipeline) -> Passed:
    """The chain after its first pass."""
    made = Passed(pipeline)
    for source in SOURCES:
        try:
            pipeline.ingest(source)
        except Exception as error:  # noqa: BLE001 (raised by the tests of this feed)
            made.failures[source] = error
    pipeline.transform()
    pipeline.deliver()
    pipeline.index()
    return made
