"""Which tests stay together in one worker (`pytest -n 2`): those that share a costly fixture, an Airflow, a dbt parse or a whole chain.

By folder, in a scheduler of our own: the marks of pytest-xdist 3.8 (`loadgroup`) are lost under pytest 9.2.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

AIRFLOW = "airflow"
COSTLY = {"airflow_stack": AIRFLOW, "only_warehouse": "dbt", "pipeline": "pipeline", "bag": "bag"}
"""Fixture -> group, the longest first."""
TOGETHER = {
    "tests/e2e": AIRFLOW,
    "tests/integration/local/test_stack.py": AIRFLOW,
    "tests/integration/chain": "chain",
    "tests/integration/faults": "faults",
    "tests/faults": "sequences",
    "tests/integration/dbt": "dbt",
    "tests/dags": "dags",
}
"""Beginning of a test's address -> group; any other file is a group of its own."""


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a group as a whole to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The group of a test by its address."""
    return next((group for beginning, group in TOGETHER.items() if nodeid.startswith(beginning)), nodeid.split("::")[0])


def needs_airflow(item: pytest.Item) -> bool:
    """Whether a test asks for a running Airflow."""
    return AIRFLOW + "_stack" in getattr(item, "fixturenames", ())


def by_needs(item: pytest.Item) -> int:
    """Place in the order of the session: tests with Airflow, then with dbt, then the others as they were collected."""
    names: Any = getattr(item, "fixturenames", ())
    return next((place for place, fixture in enumerate(COSTLY) if fixture in names), len(COSTLY))
