"""Every feed once through the whole chain, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from include.sources.registry import SOURCES
from tests.support.pipeline import Pipeline, running_pipeline

RESOURCES = 120


@pytest.fixture(scope="session")
def pipeline(servers: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """A chain with nothing in it."""
    with running_pipeline(servers, tmp_path_factory.mktemp("chain"), "chain", resources=RESOURCES) as made:
        yield made


@pytest.fixture(scope="session")
def passed(pipeline: Pipeline) -> Pipeline:
    """The chain after every feed went through it."""
    for source in SOURCES:
        pipeline.ingest(source)
    pipeline.transform()
    pipeline.deliver()
    pipeline.index()
    return pipeline
