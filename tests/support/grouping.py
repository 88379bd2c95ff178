"""Which tests stay together in one worker (`pytest -n 2 --dist loadgroup`): those that share a costly fixture.

Airflow, a dbt parse or a whole chain is made once for its group; a file without any of them is a group of its own.
"""

from __future__ import annotations

import pytest

AIRFLOW = "airflow"
COSTLY = {"airflow_stack": AIRFLOW, "only_warehouse": "dbt", "pipeline": "pipeline", "bag": "bag"}
"""Fixture -> group, the longest first."""


def group_of(item: pytest.Item) -> str:
    """The group of a test: by its first costly fixture, together with the folder that defines what it shares."""
    for fixture, group in COSTLY.items():
        if fixture in getattr(item, "fixturenames", ()):
            return group if group == AIRFLOW else f"{group} of {item.path.parent.name}"
    return item.nodeid.split("::")[0]


def by_needs(item: pytest.Item) -> int:
    """Place in the order of the session: tests with Airflow, then with dbt, then the others as they were collected."""
    names = getattr(item, "fixturenames", ())
    return next((place for place, fixture in enumerate(COSTLY) if fixture in names), len(COSTLY))
