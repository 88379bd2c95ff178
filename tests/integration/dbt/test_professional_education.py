"""MIT Professional Education: what its resources become with time, and when they change their type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.dbt.conftest import BUILD, START, Warehouse
from tests.integration.dbt.raw_feed import RawFeed

EARLIER = START - timedelta(hours=1)
LAST_MOMENT = datetime(2024, 9, 20, 4, tzinfo=UTC)
"""Midnight of the 20th in Boston."""


def resource(key: str, **changes: str) -> dict[str, Any]:
    empty = dict.fromkeys(["description", "topics", "lead_instructors", "instructors", "courses", "course_certificate"], "")
    run = {"run__readable_id": f"{key}-1", "start_date": "2024-09-25", "end_date": "2024-09-27", "enrollment_end_date": "2024-09-20"}
    return {**empty, "uuid": key, "title": f"{key} &amp; more", "url": f"/{key}", "resource_type": "course", **run, **changes}


def units(warehouse: Warehouse) -> dict[str, tuple[bool, bool]]:
    rows = warehouse.rows("select resource_key, published, is_removed from marts.catalog_unit")
    return {row["resource_key"].removeprefix("mitpe|"): (row["published"], row["is_removed"]) for row in rows}


def children(warehouse: Warehouse) -> list[str]:
    rows = warehouse.rows("select child_resource_key as key from marts.learning_resources_learningresourcerelationship order by position")
    return [row["key"].removeprefix("mitpe|course|") for row in rows]


@pytest.mark.timeout(1500)
def test_resources_by_the_clock_and_by_their_type(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    feed.put("mitpe", "resources", "short", resource("short"), EARLIER)
    feed.put("mitpe", "resources", "long", resource("long", enrollment_end_date="2024-12-01"), EARLIER)
    feed.put("mitpe", "resources", "blank", resource("blank", run__readable_id=""), EARLIER)
    titles = "long &amp; more| short &amp; more |nobody&#039;s|blank &amp; more"
    feed.put("mitpe", "resources", "both", resource("both", resource_type="Program", courses=titles, enrollment_end_date=""), EARLIER)
    warehouse.dbt(*BUILD)
    assert units(warehouse) == {
        "course|short": (True, False),
        "course|long": (True, False),
        "course|blank": (False, True),
        "program|both": (True, False),
    }
    assert children(warehouse) == ["long", "short"]

    # The day itself still counts. After it the course is gone, and the program is without it, though nothing came from the publisher.
    warehouse.dbt("run", as_of=LAST_MOMENT)
    assert units(warehouse)["course|short"] == (True, False)
    warehouse.dbt("run", as_of=LAST_MOMENT + timedelta(microseconds=1))
    assert units(warehouse)["course|short"] == (False, True)
    assert children(warehouse) == ["long"]

    # A course that turns into a program leaves its place as a course.
    feed.put("mitpe", "resources", "long", resource("long", resource_type="program"), EARLIER + timedelta(minutes=1))
    warehouse.dbt("run")
    assert units(warehouse) == {
        "course|short": (True, False),
        "course|long": (False, True),
        "program|long": (True, False),
        "course|blank": (False, True),
        "program|both": (True, False),
    }
    assert children(warehouse) == ["short"]
