"""Generated records: repeatable, varied, valid."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.local.upstream.catalog import Catalog
from include.local.upstream.feed import Quantity
from include.local.upstream.generated import ocw, vocabulary
from include.local.upstream.generated.common import QUIET_DAYS
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Store
from include.sources.registry import stream_of
from include.sources.validation import checker

CLOCK = datetime(2024, 9, 10, 12, tzinfo=UTC)
STREAMS = [("mitxonline", "courses"), ("mitxonline", "programs"), ("xpro", "courses"), ("xpro", "programs")]
DATES = ("start_date", "end_date", "enrollment_start", "enrollment_end")


def records(feed: str, stream: str, **settings: Any) -> list[dict[str, Any]]:
    given = UpstreamSettings(**({"clock": CLOCK, "resources": 1000} | settings))
    view = Catalog(given, Store(given)).view(feed, stream)
    return list(view.records(0, len(view)))


def runs_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    return record.get("courseruns", [record])


@given(st.integers(0, 200_000), st.floats(0, 100))
def test_a_share_is_part_of_the_whole_and_never_nothing_in_a_full_sandbox(total: int, share: float) -> None:
    count = Quantity(share).of(total)
    assert count <= max(total * share / 100, 1)
    assert count >= (1 if total >= 10 else 0)
    assert Quantity(fixed=3).of(total) == (3 if total else 0)


@pytest.mark.parametrize(("feed", "stream"), STREAMS)
def test_same_seed_same_bytes(feed: str, stream: str) -> None:
    assert orjson.dumps(records(feed, stream)) == orjson.dumps(records(feed, stream))
    assert orjson.dumps(records(feed, stream)) != orjson.dumps(records(feed, stream, seed=2))


def test_a_record_does_not_depend_on_how_many_there_are() -> None:
    few, many = records("mitxonline", "courses", resources=100), records("mitxonline", "courses", resources=1000)
    assert many[: len(few)] == few


@pytest.mark.parametrize(("feed", "stream"), STREAMS)
def test_records_fit_learns_columns(feed: str, stream: str) -> None:
    found = records(feed, stream)
    keys = [record["readable_id"] for record in found]
    assert len(set(keys)) == len(keys)
    for record in found:
        assert 0 < len(record["title"]) <= 256
        assert len(record["readable_id"]) <= 128
        run_ids = [run.get("courseware_id", record["readable_id"]) for run in runs_of(record)]
        assert len(set(run_ids)) == len(run_ids)
        assert all(len(one) <= 128 for one in run_ids)
        assert record.get("platform", "xPRO") in vocabulary.XPRO_PLATFORMS
        for field in ("min_price", "max_price", "current_price"):
            assert record.get(field) is None or 0 <= record[field] < 10**10


@pytest.mark.parametrize(("feed", "stream"), STREAMS)
def test_records_pass_the_checks_of_their_source(feed: str, stream: str) -> None:
    misfit_of = checker(stream_of(feed, stream).record_model)
    assert [misfit for misfit in map(misfit_of, records(feed, stream)) if misfit] == []


def test_ocw_records_pass_the_checks_of_their_source() -> None:
    models = {True: stream_of("ocw", "courses").record_model, False: stream_of("ocw", "content_files").record_model}
    for key, body in chain.from_iterable(ocw.course_objects(1, index) for index in range(200)):
        if key.endswith("/data.json"):
            envelope = {"object_key": key, "etag": "0", "last_modified": "2024-09-10T12:00:00Z", "body": body}
            models[key.count("/") == 2].model_validate(envelope)


@pytest.mark.parametrize(("feed", "stream"), STREAMS)
def test_no_date_comes_due_within_days_of_the_clock(feed: str, stream: str) -> None:
    for run in chain.from_iterable(map(runs_of, records(feed, stream))):
        for field in DATES:
            if run.get(field):
                distance = abs(datetime.fromisoformat(run[field]) - CLOCK)
                assert distance > timedelta(days=QUIET_DAYS - 1), (field, run[field])


def test_courses_are_as_varied_as_the_real_ones() -> None:
    courses = records("mitxonline", "courses")
    runs = list(chain.from_iterable(course["courseruns"] for course in courses))
    traits = Counter(
        {
            "proctored exam": sum("PROCTORED EXAM" in course["title"].upper() for course in courses),
            "beyond ascii": sum(not course["title"].isascii() for course in courses),
            "not live": sum(not course["page"]["live"] for course in courses),
            "no page": sum(course["page"]["page_url"] is None for course in courses),
            "not in catalog": sum(not course["include_in_learn_catalog"] for course in courses),
            "html": sum("<p" in course["page"]["description"] for course in courses),
            "no runs": sum(not course["courseruns"] for course in courses),
            "several runs": sum(len(course["courseruns"]) > 2 for course in courses),
            "no prices": sum(course["min_price"] is None and course["max_price"] is None for course in courses),
            "one price": sum((course["min_price"] is None) != (course["max_price"] is None) for course in courses),
            "no certificate": sum(course["certificate_type"] is None for course in courses),
            "departments as text": sum(isinstance(course["departments"][0], str) for course in courses),
            "b2b": sum(run["b2b_contract"] is not None for run in runs),
            "language variant": sum(run["language"] != "en" for run in runs),
            "enrollable": sum(run["is_enrollable"] for run in runs),
            "not enrollable": sum(not run["is_enrollable"] for run in runs),
            "past": sum(bool(run["end_date"]) and run["end_date"] < "2024-09-10" for run in runs),
            "future": sum(bool(run["start_date"]) and run["start_date"] > "2024-09-10" for run in runs),
            "no start": sum(run["start_date"] is None for run in runs),
            "no modes": sum("enrollment_modes" not in run for run in runs),
            "audit only": sum(run.get("enrollment_modes") == [{"mode_slug": "audit"}] for run in runs),
        }
    )
    assert [trait for trait, count in traits.items() if count == 0] == []


def test_instructors_are_shared_between_courses_and_feeds() -> None:
    mitx = Counter(one["name"] for course in records("mitxonline", "courses") for one in course["page"]["instructors"])
    xpro = {one["name"] for course in records("xpro", "courses") for run in course["courseruns"] for one in run["instructors"]}
    assert mitx.most_common(1)[0][1] > 5
    assert len(xpro & set(mitx)) > 10


def test_programs_nest_operators_and_programs() -> None:
    programs = records("mitxonline", "programs", resources=2000)
    by_id = {program["id"]: program for program in programs}
    courses = {course["id"] for course in records("mitxonline", "courses", resources=2000)}

    def nodes(tree: list[dict[str, Any]], depth: int = 0) -> Any:
        for node in tree:
            yield depth, node["data"]
            yield from nodes(node.get("children", []), depth + 1)

    found = [(depth, data) for program in programs for depth, data in nodes(program["req_tree"])]
    assert {data["node_type"] for _, data in found} == {"program_root", "operator", "course", "program"}
    assert {data["operator"] for _, data in found} == {None, "all_of", "min_number_of"}
    assert max(depth for depth, _ in found) == 3
    assert {data["course"] for _, data in found if data["node_type"] == "course"} <= courses
    assert {data["required_program"] for _, data in found if data["node_type"] == "program"} <= set(by_id)
    assert {program["display_mode"] for program in programs} == {"program", "course", None}


def test_xpro_programs_carry_whole_course_records() -> None:
    courses = {course["readable_id"]: course for course in records("xpro", "courses")}
    children = [child for program in records("xpro", "programs") for child in program["courses"]]
    assert children
    assert all(courses[child["readable_id"]] == child for child in children)


def test_xpro_has_partners_formats_and_courses_that_are_not_on_sale() -> None:
    courses = records("xpro", "courses", resources=3000)
    assert {course["platform"] for course in courses} == set(vocabulary.XPRO_PLATFORMS)
    assert {course["format"] for course in courses} == set(vocabulary.XPRO_FORMATS)
    on_sale = [any(run["current_price"] for run in course["courseruns"]) for course in courses]
    assert 0 < sum(on_sale) < len(courses)


def test_ocw_courses() -> None:
    trees = [dict(ocw.course_objects(1, index)) for index in range(200)]
    courses = [next(iter(tree.values())) for tree in trees]
    children = [body for tree in trees for key, body in tree.items() if key.count("/") > 2]
    assert [ocw.slug_index(next(iter(tree)).split("/")[1]) for tree in trees] == list(range(200))
    for key, body in chain.from_iterable(tree.items() for tree in trees):
        assert all(len(part.encode()) < 255 for part in key.split("/"))
        assert len(body.get("course_title") or body.get("title") or "") <= 256
    assert all(course["legacy_uid"] or course["site_uid"] for course in courses)
    assert all(course["image_src"] for course in courses)
    assert any("mit_learn_topics" in course for course in courses)
    assert any(course["primary_course_number"].endswith("SC") for course in courses)
    assert any(course.get("hide_download") for course in courses)
    tags = {tag for child in children for tag in child["learning_resource_types"]}
    assert {"Lecture Videos", "Problem Sets", "Exams", "Open Textbooks"} <= tags
    assert {"3play caption file", "3play pdf file"} <= {child["title"] for child in children}
