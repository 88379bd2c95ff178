"""Which records can be used: every recorded one, and none with a fault that Learn's tables would not take."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from include.sources.json_schema import JsonSchema
from include.sources.records.mitxonline import MitxonlineCourse, MitxonlineProgram
from include.sources.records.ocw import OcwContentFile, OcwCourse
from include.sources.registry import stream_of
from include.sources.validation import checker

XproCourse = stream_of("xpro", "courses").record_model
XproProgram = stream_of("xpro", "programs").record_model

MITX = {
    "readable_id": "course-v1:a",
    "title": "A",
    "courseruns": [{"courseware_id": "course-v1:a+1", "start_date": "2024-09-04T15:00:00Z"}],
}
XPRO = {"readable_id": "course-v1:a", "title": "A", "platform": "xPRO", "courseruns": [{"courseware_id": "r", "current_price": 999.0}]}
ENVELOPE = {"object_key": "courses/a/data.json", "etag": "e", "last_modified": "2024-09-04T15:00:00Z"}
OCW = {**ENVELOPE, "body": {"course_title": "A", "primary_course_number": "1.00", "site_uid": "u", "term": "Fall", "year": "2005"}}


def broken(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    copy = json.loads(json.dumps(record))
    *way, last = path.split(".")
    place = copy
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    return copy


@pytest.mark.parametrize(
    ("model", "record", "path", "value"),
    [
        (MitxonlineCourse, MITX, "title", "x" * 257),
        (MitxonlineCourse, MITX, "title", None),
        (MitxonlineCourse, MITX, "readable_id", ""),
        (MitxonlineCourse, MITX, "min_price", "free"),
        (MitxonlineCourse, MITX, "max_price", True),
        (MitxonlineCourse, MITX, "min_price", "NaN"),
        (MitxonlineCourse, MITX, "min_price", [1]),
        (MitxonlineCourse, MITX, "min_price", 10**10),
        (MitxonlineCourse, MITX, "courseruns.0.start_date", "next week"),
        (MitxonlineCourse, MITX, "courseruns.0.end_date", "2024-02-30"),
        (MitxonlineCourse, MITX, "courseruns.0.end_date", 1725462000),
        (MitxonlineCourse, MITX, "courseruns.0.courseware_id", "x" * 129),
        (MitxonlineCourse, MITX, "courseruns", "none"),
        (XproCourse, XPRO, "platform", "Coursera"),
        (XproCourse, XPRO, "platform", None),
        (XproCourse, XPRO, "courseruns.0.current_price", "expensive"),
        (XproCourse, XPRO, "courseruns.0.enrollment_end", "soon"),
        (XproCourse, XPRO, "credits", "one"),
        (OcwCourse, OCW, "body.course_title", "x" * 257),
        (OcwCourse, OCW, "body.site_uid", None),
        (OcwCourse, OCW, "body.primary_course_number", ""),
        (OcwCourse, OCW, "body.topics", "Engineering"),
        (OcwContentFile, OCW, "body.title", "x" * 1025),
    ],
)
def test_a_record_with_a_fault_is_not_used(model: type[BaseModel] | JsonSchema, record: dict[str, Any], path: str, value: Any) -> None:
    misfit_of = checker(model)
    assert misfit_of(record) is None
    misfit = misfit_of(broken(record, path, value))
    assert misfit
    assert path.startswith(misfit.place)
    assert misfit.reason


@pytest.mark.parametrize("value", [None, 0, 999.0, "100.00", "1e3", -5])
def test_prices_as_publishers_write_them(value: Any) -> None:
    MitxonlineCourse.model_validate(MITX | {"min_price": value})


@pytest.mark.parametrize("value", [None, "2024-09-04", "2024-09-04T15:00:00Z", "2024-09-04T15:00:00.123456+00:00", "2024-09-04 15:00"])
def test_dates_as_publishers_write_them(value: Any) -> None:
    MitxonlineCourse.model_validate(broken(MITX, "courseruns.0.start_date", value))


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("mitxonline/mitxonline_courses.json", MitxonlineCourse),
        ("mitxonline/mitxonline_programs.json", MitxonlineProgram),
        ("mitxonline/mitxonline_child_program_positions.json", MitxonlineProgram),
        ("xpro/xpro_courses.json", XproCourse),
        ("xpro/xpro_programs.json", XproProgram),
    ],
)
def test_every_recorded_payload_can_be_used(shared_data: Path, name: str, model: type[BaseModel] | JsonSchema) -> None:
    body = json.loads((shared_data / "upstream" / name).read_bytes())
    records = body["results"] if isinstance(body, dict) else body
    assert records
    assert [misfit for misfit in map(checker(model), records) if misfit] == []


def test_every_course_of_the_live_bucket_can_be_used(shared_data: Path) -> None:
    courses = 0
    with tarfile.open(shared_data / "ocw" / "live-bucket.tar.gz") as archive:
        for member in archive:
            if member.name.endswith("/data.json"):
                opened = archive.extractfile(member)
                assert opened
                is_course = member.name.strip("./").count("/") == 2
                model = OcwCourse if is_course else OcwContentFile
                model.model_validate({**ENVELOPE, "body": json.loads(opened.read())})
                courses += is_course
    assert courses == 28
