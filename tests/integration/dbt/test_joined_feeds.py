"""Feeds whose records are made of several lists: programs of edX.org, courses of Sloan Executive Education."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.dbt.conftest import START, Warehouse
from tests.integration.dbt.raw_feed import RawFeed

pytestmark = pytest.mark.timeout(300)
Json = dict[str, Any]
TO_NORMALIZED = ("run", "--select", "+int_resources__normalized")
MITX = [{"key": "MITx"}]


def built(warehouse: Warehouse, hours: int = 0) -> dict[str, Json]:
    """Records by their ids, as they are so many hours later; a removed one is None."""
    command = TO_NORMALIZED if warehouse.rows("select 1 from pg_namespace where nspname = 'reference'") else ("seed",)
    if command == ("seed",):
        warehouse.dbt("seed")
    warehouse.dbt(*TO_NORMALIZED, as_of=START + timedelta(hours=hours))
    rows = warehouse.rows("select record, is_removed from intermediate.int_resources__normalized")
    return {row["record"]["readable_id"]: None if row["is_removed"] else row["record"] for row in rows}


def edx_course(number: int, **more: Any) -> Json:
    run = {
        "key": f"course-v1:MITx+6.{number}x+1T2024",
        "status": "published",
        "is_enrollable": True,
        "availability": "Current",
        "pacing_type": "instructor_paced",
        "start": "2024-09-01T00:00:00Z",
        "seats": [{"price": "100.00", "currency": "USD"}],
        "staff": [{"given_name": "Ada", "family_name": "Lovelace"}, {"given_name": f"Grace {number}", "family_name": "Hopper"}],
        "weeks_to_complete": 4 + number,
        "min_effort": 3 + number,
        "max_effort": 8,
    }
    course = {"key": f"MITx+6.{number}x", "title": f"Course {number}", "owners": MITX, "subjects": [{"name": "Physics"}]}
    return course | {"course_runs": [run | more.pop("run", {})]} | more


def edx_program(*courses: Json) -> Json:
    return {
        "uuid": "p1", "title": "Program", "type": "XSeries", "status": "active", "authoring_organizations": MITX, "courses": list(courses),
    }  # fmt: skip


def test_an_edx_program_is_made_of_landed_courses(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    for course in (edx_course(1), edx_course(2, subjects=[{"name": "Math"}, {"name": "Physics"}])):
        feed.put("mit_edx", "courses", course["key"], course, START)
    feed.put("mit_edx", "courses", "HarvardX+1", edx_course(9, key="HarvardX+1", owners=[{"key": "HarvardX"}]), START)
    feed.put("mit_edx", "programs", "p1", edx_program(edx_course(1), edx_course(2), edx_course(3), edx_course(1)), START)
    feed.put("mit_edx", "programs", "p2", edx_program() | {"uuid": "p2", "authoring_organizations": [{"key": "DelftX"}]}, START)

    records = built(warehouse)
    assert set(records) == {"MITx+6.1x", "MITx+6.2x", "p1"}, "what never was MIT's is not here at all"
    program, run = records["p1"], records["p1"]["runs"][0]
    assert [topic["name"] for topic in program["topics"]] == ["Mathematics", "Physics"]
    assert [(person["first_name"], person["last_name"]) for person in run["instructors"]] == [
        ("Grace 1", "Hopper"), ("Grace 2", "Hopper"), ("Ada", "Lovelace"),
    ]  # fmt: skip
    assert (run["duration"], run["min_weeks"], run["max_weeks"]) == ("11 weeks", 11, 11)
    assert (run["time_commitment"], run["min_weekly_hours"], run["max_weekly_hours"]) == ("4-8 hours/week", 4, 8), "4.5 is rounded to even"
    assert run["prices"] == [{"amount": 400.00, "currency": "USD"}]
    assert [child["readable_id"] for child in program["courses"]] == ["MITx+6.1x", "MITx+6.2x", "MITx+6.3x", "MITx+6.1x"]

    feed.put("mit_edx", "courses", "MITx+6.1x", edx_course(1, run={"staff": None, "weeks_to_complete": 1}), START + timedelta(hours=1))
    feed.put("mit_edx", "courses", "MITx+6.2x", edx_course(2, owners=[{"key": "DelftX"}]), START + timedelta(hours=1))
    records = built(warehouse, hours=2)
    assert records["MITx+6.2x"] is None, "what is MIT's no longer is removed"
    run = records["p1"]["runs"][0]
    assert ([topic["name"] for topic in records["p1"]["topics"]], run["instructors"], run["duration"]) == (["Physics"], [], "1 week")


def test_an_edx_program_follows_the_clock(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    alone = {"pacing_type": "self_paced", "start": (START + timedelta(hours=3)).isoformat()}
    feed.put("mit_edx", "courses", "MITx+6.1x", edx_course(1, run=alone), START)
    feed.put("mit_edx", "programs", "p1", edx_program(edx_course(1, run=alone)), START)
    for hours, expected in ((0, "dated"), (3, "dated"), (4, "anytime"), (1, "dated")):
        records = built(warehouse, hours)
        assert [records[key]["availability"] for key in ("MITx+6.1x", "p1")] == [expected] * 2, hours


def sloan_course(key: str, **more: Any) -> Json:
    return {"Course_Id": key, "Title": f"Course {key}", "URL": f"https://example.org/{key}", "Topics": "Business: Finance"} | more


def offer(feed: RawFeed, course: str, title: str, hours: int = 0, **more: Any) -> None:
    payload = {"Course_Id": course, "CO_Title": title, "Delivery": "Online", "Price": "100.0", "Continuing_Ed_Credits": "1.0"} | more
    feed.put("see", "offerings", f"{course}|{title}", payload, START + timedelta(hours=hours))


def test_a_sloan_course_is_made_of_its_offerings(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    for key, more in (("a", {}), ("b", {"URL": ""}), ("c", {})):
        feed.put("see", "courses", key, sloan_course(key, **more), START)
    offer(feed, "a", "second in the alphabet", Delivery="In Person", Continuing_Ed_Credits="2.5")
    offer(feed, "a", "first in the alphabet")
    offer(feed, "b", "of a course without an address")
    offer(feed, "nobody", "of no course")

    records = built(warehouse)
    assert {key for key, record in records.items() if record} == {"a"}
    course = records["a"]
    assert [run["run_id"] for run in course["runs"]] == ["second in the alphabet", "first in the alphabet"]
    assert (course["delivery"], course["continuing_ed_credits"], course["topics"]) == (
        ["in_person", "online"], 2.5, [{"name": "Finance & Accounting"}],
    )  # fmt: skip

    offer(feed, "a", "second in the alphabet", hours=1, Delivery="Online", Continuing_Ed_Credits="3.0")
    offer(feed, "c", "at last", hours=1)
    records = built(warehouse, hours=2)
    assert [run["run_id"] for run in records["a"]["runs"]] == ["second in the alphabet", "first in the alphabet"], "a change moves nothing"
    assert (records["a"]["delivery"], records["a"]["continuing_ed_credits"], len(records["c"]["runs"])) == (["online"], 3.0, 1)

    for title in ("second in the alphabet", "first in the alphabet"):
        feed.remove("see", "offerings", f"a|{title}", START + timedelta(hours=3))
    assert {key for key, record in built(warehouse, hours=4).items() if record} == {"c"}
