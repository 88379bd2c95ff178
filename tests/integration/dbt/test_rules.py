"""dbt's own unit tests, and what one warehouse shows of the rules that cross models."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from include.parity.build import BuildFailed
from include.warehouse import ledger
from tests.integration.dbt.conftest import BUILD, START, Warehouse
from tests.integration.dbt.raw_feed import RawFeed

EARLIER = START - timedelta(hours=1)
LATER = START + timedelta(hours=1)


def ocw_course(slug: str, year: str = "2010", modified: str = "2024-01-01T00:00:00Z", **body: Any) -> dict[str, Any]:
    return {
        "object_key": f"courses/{slug}/data.json",
        "etag": "e",
        "last_modified": modified,
        "body": {
            "course_title": slug,
            "site_uid": slug,
            "primary_course_number": "6.001",
            "term": "January IAP",
            "year": year,
            "course_description_html": "<p>Text</p>",
            **body,
        },
    }


def xpro_course(key: str, **changes: Any) -> dict[str, Any]:
    run = {"courseware_id": f"{key}+R1", "title": "Run", "current_price": 99.0, "start_date": "2024-10-01T00:00:00Z"}
    return {"readable_id": key, "title": key, "platform": "xPRO", "description": "", "credits": None, "courseruns": [run], **changes}


def units(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    return {row["resource_key"]: row for row in warehouse.rows("select * from marts.catalog_unit")}


@pytest.mark.timeout(1500)
def test_rules_across_models(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    feed.put("ocw", "courses", "courses/old", ocw_course("old", department_numbers=["6", "999"], image_src=None), EARLIER)
    feed.put("ocw", "courses", "courses/new", ocw_course("new", modified="2024-02-01T00:00:00Z"), EARLIER)
    feed.put("ocw", "courses", "courses/moving", ocw_course("moving", year="1999"), EARLIER)
    feed.put("xpro", "courses", "xpro-1", xpro_course("xpro-1", topics=[{"name": "Robotics"}, {"name": "Unheard of"}]), EARLIER)
    feed.put("xpro", "courses", "xpro-2", xpro_course("xpro-2", thumbnail_url=None), EARLIER)
    warehouse.dbt(*BUILD)
    warehouse.dbt("test", "--select", "test_type:unit")

    first = units(warehouse)
    # Two folders with one id: the one modified later is the resource, and there is one unit.
    title = warehouse.rows("select title, image_url from marts.learning_resources_learningresource where resource_key like 'ocw%%2010'")
    assert [row["title"] for row in title] == ["new"]
    assert first["ocw|course|6.001+january-iap_1999"]["published"]
    assert first["xpro|course|xpro-1"]["provided"] == ["runs", "prices", "instructors", "topics", "image"]
    topics = warehouse.rows(
        "select topic_name from marts.learning_resources_learningresource_topics where resource_key = 'xpro|course|xpro-1'"
    )
    assert {row["topic_name"] for row in topics} == set()  # neither is in the taxonomy: nothing is invented

    feed.put("ocw", "courses", "courses/moving", ocw_course("moving", year="2000"), LATER)
    feed.remove("ocw", "courses", "courses/new", LATER)
    feed.remove("xpro", "courses", "xpro-1", LATER)
    warehouse.dbt(*BUILD, as_of=LATER)

    second = units(warehouse)
    # The id that the course had is retired, the one it has now is published.
    assert second["ocw|course|6.001+january-iap_1999"]["is_removed"]
    assert second["ocw|course|6.001+january-iap_2000"]["published"]
    # The other folder takes the id over, without its unknown department and without an image.
    taken = warehouse.rows("select * from marts.learning_resources_learningresource where resource_key like 'ocw%%2010'")
    assert [(row["title"], row["published"], row["image_url"]) for row in taken] == [("old", True, None)]
    departments = warehouse.rows(
        "select department_id from marts.learning_resources_learningresource_departments where resource_key like 'ocw%%2010'"
    )
    assert [row["department_id"] for row in departments] == ["6"]
    # A removed course keeps its row, unpublished; what did not change keeps its stamp.
    assert second["xpro|course|xpro-1"]["is_removed"]
    assert not second["xpro|course|xpro-1"]["published"]
    assert second["xpro|course|xpro-2"]["built_at"] == first["xpro|course|xpro-2"]["built_at"]


@pytest.mark.timeout(1500)
def test_the_clock_alone_re_evaluates_what_it_turns(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    feed.put("xpro", "courses", "xpro-1", xpro_course("xpro-1"), EARLIER)
    feed.put("xpro", "courses", "xpro-2", xpro_course("xpro-2", courseruns=[]), EARLIER)
    warehouse.dbt(*BUILD)
    assert next_start(warehouse) == {"xpro-1": datetime.fromisoformat("2024-10-01T00:00:00Z"), "xpro-2": None}
    before = units(warehouse)

    starts = datetime.fromisoformat("2024-10-01T00:00:00Z")
    warehouse.dbt("run", as_of=starts - timedelta(microseconds=1))
    assert units(warehouse) == before
    warehouse.dbt("run", as_of=starts)

    assert next_start(warehouse) == {"xpro-1": None, "xpro-2": None}
    assert units(warehouse)["xpro|course|xpro-2"] == before["xpro|course|xpro-2"]


def next_start(warehouse: Warehouse) -> dict[str, datetime | None]:
    rows = warehouse.rows("select readable_id, next_start_date from marts.learning_resources_learningresource")
    return {row["readable_id"]: row["next_start_date"] for row in rows}


@pytest.mark.timeout(1500)
def test_bad_data_stops_the_build_and_is_named(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    feed.put("xpro", "courses", "dear", xpro_course("dear", courseruns=[{"courseware_id": "R", "current_price": -5}]), EARLIER)
    feed.put("xpro", "courses", "vague", xpro_course("vague", availability="sometimes"), EARLIER)
    feed.put("xpro", "courses", "raw", xpro_course("raw", description="<p>Clean me</p>"), EARLIER)
    warehouse.connection.execute("delete from raw.cleaned_html where cleaned <> ''")

    with pytest.raises(BuildFailed, match="not_null_stg_xpro__courses_description"):
        warehouse.dbt(*BUILD)
    warehouse.dbt("run")
    with pytest.raises(BuildFailed) as caught:
        warehouse.dbt("test", "--select", "marts")
    assert "prices_are_not_negative" in str(caught.value)
    assert "accepted_values_learning_resources_learningresource_availability" in str(caught.value)

    feed.put("xpro", "courses", "long", xpro_course("long", title="T" * 300), EARLIER)
    with pytest.raises(BuildFailed, match="value too long"):
        warehouse.dbt("run")


@pytest.mark.timeout(900)
def test_a_unit_is_tested_until_it_is_published_and_again_when_all_is_rebuilt(warehouse: Warehouse) -> None:
    feed, connection = RawFeed(warehouse.connection), warehouse.connection
    connection.execute("truncate ops.mart_state, ops.transforms")
    feed.put("xpro", "courses", "dear", xpro_course("dear", courseruns=[{"courseware_id": "R", "current_price": -5}]), EARLIER)
    for hour in (0, 1):
        with pytest.raises(BuildFailed, match="prices_are_not_negative"):
            warehouse.dbt(*BUILD, as_of=START + timedelta(hours=hour))

    ledger.mart_building(connection, "by hand")
    ledger.mart_published(connection, "by hand", START)
    warehouse.dbt("test", "--select", "prices_are_not_negative", as_of=START + timedelta(hours=2))

    feed.put("xpro", "courses", "dearer", xpro_course("dearer", courseruns=[{"courseware_id": "R", "current_price": -6}]), EARLIER)
    with pytest.raises(BuildFailed, match="FAIL 2 prices_are_not_negative"):
        warehouse.dbt(*BUILD, as_of=START + timedelta(hours=3))
    with pytest.raises(BuildFailed, match="FAIL 4 prices_are_not_negative"):
        warehouse.dbt(*BUILD, "--full-refresh", as_of=START + timedelta(hours=4))
