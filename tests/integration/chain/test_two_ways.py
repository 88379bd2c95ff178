"""MITx Online is read in one of two ways (dbt var mitxonline_source); which one makes no difference to what Learn gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.chain.conftest import Passed

pytestmark = pytest.mark.timeout(1500)

NORMALIZED = "select source_key, record, is_removed from intermediate.int_resources__normalized where etl_source = 'mitxonline' order by 1"
VERSIONS = "select min(source_version_id) >= 4611686018427387904 from staging.stg_mitxonline__courses"


@pytest.fixture
def from_the_database(passed: Passed) -> Iterator[list[Any]]:
    """The normalized records by the API; then the chain is turned to the database, and back afterwards."""
    for source in ("mitxonline", "mitxonline_db"):
        passed.raise_failure(source)
    yield passed.pipeline.warehouse.execute(NORMALIZED).fetchall()
    passed.pipeline.transform()


def test_the_other_way_writes_nothing(passed: Passed, from_the_database: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = passed.pipeline
    with monkeypatch.context() as settings:
        settings.setenv("MITXONLINE_SOURCE", "mitxonline_db")
        pipeline.transform()
    assert pipeline.warehouse.execute(VERSIONS).fetchall() == [(True,)]
    assert pipeline.warehouse.execute(NORMALIZED).fetchall() == from_the_database
    assert pipeline.deliver() == 0
