"""xPRO's records (sources.md 2.5)."""

from __future__ import annotations

from typing import Literal, Required

from pydantic import RootModel
from typing_extensions import TypedDict

from include.sources.records.types import Moment, Named, Number, ReadableId, RunId, Text256, Title, Url

PlatformLabel = Literal["Emeritus", "Global Alumni", "Simplilearn", "Susskind", "WHU", "xPRO"]
"""The labels that have a platform in Learn; the old loader logged any other and left the record out."""


class RunFields(TypedDict, total=False):
    """One run of a course."""

    courseware_id: Required[RunId]
    title: Title | None
    start_date: Moment | None
    end_date: Moment | None
    enrollment_start: Moment | None
    enrollment_end: Moment | None
    current_price: Number
    instructors: list[Named] | None


class ChildFields(TypedDict, total=False):
    """A course within a program: used as a reference only."""

    readable_id: Required[ReadableId]
    platform: Required[PlatformLabel]


class CourseFields(ChildFields, total=False):
    """A course with its runs."""

    title: Required[Title]
    url: Url | None
    description: str | None
    thumbnail_url: str | None
    credits: Number
    duration: Text256 | None
    time_commitment: Text256 | None
    topics: list[Named] | None
    courseruns: list[RunFields] | None


class ProgramFields(ChildFields, total=False):
    """A program; its own fields make its one run."""

    title: Required[Title]
    url: Url | None
    description: str | None
    thumbnail_url: str | None
    current_price: Number
    credits: Number
    duration: Text256 | None
    time_commitment: Text256 | None
    start_date: Moment | None
    end_date: Moment | None
    enrollment_start: Moment | None
    enrollment_end: Moment | None
    topics: list[Named] | None
    instructors: list[Named] | None
    courses: list[ChildFields] | None


class XproCourse(RootModel[CourseFields]):
    """A course that can be used."""


class XproProgram(RootModel[ProgramFields]):
    """A program that can be used."""
