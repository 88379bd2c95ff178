"""edX.org's records (sources.md 2.1 and 2.2): what is used of a course and of a program.

A date, a list or an image that is missing is no fault: the transformation does without. A record that names something wrongly is one.
"""

from __future__ import annotations

from typing import Required

from pydantic import RootModel
from typing_extensions import TypedDict

from include.sources.records.types import Moment, Named, Number, ReadableId, RunId, Text256, Title, Url


class OwnerFields(TypedDict, total=False):
    """An organization; its key says whether a record is MIT's."""

    key: str | None


class ImageFields(TypedDict, total=False):
    """A picture of a course or run."""

    src: Url | None
    description: str | None


class SeatFields(TypedDict, total=False):
    """A way to take part, and what it costs."""

    price: Number
    currency: str | None


class PersonFields(TypedDict, total=False):
    """One of the staff of a run."""

    given_name: Text256 | None
    family_name: Text256 | None


class RunFields(TypedDict, total=False):
    """A run, as courses and the courses of programs have it."""

    key: Required[RunId]
    title: Text256 | None
    start: Moment | None
    end: Moment | None
    enrollment_start: Moment | None
    enrollment_end: Moment | None
    modified: Moment | None
    marketing_url: Url | None
    image: ImageFields | None
    seats: list[SeatFields] | None
    staff: list[PersonFields] | None
    content_language: str | None


class CourseFields(TypedDict, total=False):
    """A course with its runs."""

    key: Required[ReadableId]
    title: Required[Title]
    short_description: str | None
    full_description: str | None
    modified: Moment | None
    marketing_url: Url | None
    image: ImageFields | None
    owners: list[OwnerFields] | None
    subjects: list[Named] | None
    course_runs: list[RunFields] | None


class ChildFields(TypedDict, total=False):
    """A course of a program: a reference, with what prices and dates of the program are made of."""

    key: Required[ReadableId]
    course_runs: list[RunFields] | None


class BannerSize(TypedDict, total=False):
    """One size of a banner."""

    url: Url | None


class BannerFields(TypedDict, total=False):
    """The banner of a program."""

    medium: BannerSize | None


class ProgramFields(TypedDict, total=False):
    """A program with its courses."""

    uuid: Required[RunId]
    title: Required[Title]
    subtitle: str | None
    type: str | None
    status: str | None
    marketing_url: Url | None
    banner_image: BannerFields | None
    data_modified_timestamp: Moment | None
    authoring_organizations: list[OwnerFields] | None
    courses: list[ChildFields] | None


class MitEdxCourse(RootModel[CourseFields]):
    """A course that can be used."""


class MitEdxProgram(RootModel[ProgramFields]):
    """A program that can be used."""
