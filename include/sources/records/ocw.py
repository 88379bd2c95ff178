"""OCW's records (sources.md 2.9): an object of the live bucket with its ``body``."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from include.sources.records.types import Consumed, Moment, Text256, Title

CourseNumber = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class OcwObject(Consumed):
    """A line of the bucket's listing."""

    key: str
    etag: str
    last_modified: Moment
    size: int


class OcwInstructor(Consumed):
    """A person of a course."""

    first_name: Text256 | None = None
    last_name: Text256 | None = None
    middle_initial: Text256 | None = None
    salutation: Text256 | None = None
    title: Text256 | None = None


class OcwCourseBody(Consumed):
    """``courses/<slug>/data.json``. Without a uid there is no run id: the record cannot be used."""

    course_title: Title
    primary_course_number: CourseNumber
    legacy_uid: str | None = None
    site_uid: str | None = None
    extra_course_numbers: str | None = None
    term: str | None = None
    year: str | int | None = None
    topics: list[list[str]] | None = None
    mit_learn_topics: list[list[str]] | None = None
    department_numbers: list[str] | None = None
    learning_resource_types: list[str] | None = None
    level: list[str] | str | None = None
    instructors: list[OcwInstructor] | None = None
    image_src: str | None = None
    course_description_html: str | None = None
    course_description_markdown: str | None = Field(default=None, alias="course_description ")

    @model_validator(mode="after")
    def _has_uid(self) -> Self:
        if not (self.legacy_uid or self.site_uid):
            raise ValueError("has neither legacy_uid nor site_uid")
        return self


class OcwCourse(Consumed):
    """The envelope of a course."""

    object_key: str
    etag: str
    last_modified: Moment
    body: OcwCourseBody


class OcwContentFileBody(Consumed):
    """A page or resource; its parts are read by a later stage."""

    title: Annotated[str, StringConstraints(max_length=1024)] | None = None


class OcwContentFile(Consumed):
    """The envelope of a page or resource."""

    object_key: str
    etag: str
    last_modified: Moment
    body: OcwContentFileBody
