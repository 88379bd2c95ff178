"""What is used of a course of Canvas (sources.md 2.14)."""

from __future__ import annotations

from typing import Literal, Required

from pydantic import RootModel
from typing_extensions import TypedDict

from include.sources.records.objects import ListedObject
from include.sources.records.types import Moment, Title


class ListedCourse(ListedObject):
    """A course's folder: its newest archive, and the metadata beside it."""

    archive: Required[str]
    metadata: Required[str | None]


class CourseSettings(TypedDict, total=False):
    """`course_settings.xml`. Without a code there is no readable id, without a title nothing to show."""

    title: Required[Title]
    course_code: Required[Title]
    start_at: Moment | Literal[""]
    conclude_at: Moment | Literal[""]


class Context(TypedDict, total=False):
    """`context.xml`: where the course is."""

    course_id: str
    canvas_domain: str


class CourseFields(TypedDict, total=False):
    """A course as it is landed."""

    folder: Required[str]
    settings: Required[CourseSettings]
    context: Context


class CourseLine(RootModel[ListedCourse]):
    """A line of the listing that can be used."""


class CanvasCourse(RootModel[CourseFields]):
    """A course that can be used."""
