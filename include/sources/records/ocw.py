"""OCW's records (sources.md 2.9): an object of the live bucket with its ``body``."""

from __future__ import annotations

from typing import Annotated, Required

from pydantic import AfterValidator, RootModel, StringConstraints
from typing_extensions import TypedDict

from include.sources.records.types import Moment, Text256, Title

CourseNumber = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class InstructorFields(TypedDict, total=False):
    """A person of a course."""

    first_name: Text256 | None
    last_name: Text256 | None
    middle_initial: Text256 | None
    salutation: Text256 | None
    title: Text256 | None


class CourseFields(TypedDict, total=False):
    """``courses/<slug>/data.json``. Without a uid there is no run id: the record cannot be used."""

    course_title: Required[Title]
    primary_course_number: Required[CourseNumber]
    legacy_uid: str | None
    site_uid: str | None
    extra_course_numbers: str | None
    term: str | None
    year: str | int | None
    topics: list[list[str]] | None
    mit_learn_topics: list[list[str]] | None
    department_numbers: list[str] | None
    learning_resource_types: list[str] | None
    level: list[str] | str | None
    instructors: list[InstructorFields] | None
    image_src: str | None
    course_description_html: str | None


def _with_uid(body: CourseFields) -> CourseFields:
    if not (body.get("legacy_uid") or body.get("site_uid")):
        raise ValueError("has neither legacy_uid nor site_uid")
    return body


class CourseObject(TypedDict, total=False):
    """The envelope of a course."""

    object_key: Required[str]
    etag: Required[str]
    last_modified: Required[Moment]
    body: Required[Annotated[CourseFields, AfterValidator(_with_uid)]]


class ContentFileFields(TypedDict, total=False):
    """A page or resource; its parts are read by a later stage."""

    title: Annotated[str, StringConstraints(max_length=1024)] | None


class ContentFileObject(TypedDict, total=False):
    """The envelope of a page or resource."""

    object_key: Required[str]
    etag: Required[str]
    last_modified: Required[Moment]
    body: Required[ContentFileFields]


class OcwCourse(RootModel[CourseObject]):
    """A course that can be used."""


class OcwContentFile(RootModel[ContentFileObject]):
    """A page or resource that can be used."""
