"""MITx Online's records (sources.md 2.3 and 2.4)."""

from __future__ import annotations

from typing import Required

from pydantic import RootModel
from typing_extensions import TypedDict

from include.sources.records.types import Moment, Named, Number, ReadableId, RunId, Text256, Title, Url


class PageFields(TypedDict, total=False):
    """The page of a course or program in MITx Online's content system."""

    page_url: Url | None
    live: bool | None
    description: str | None
    feature_image_src: str | None
    instructors: list[Named] | None


class RunFields(TypedDict, total=False):
    """One run of a course."""

    courseware_id: Required[RunId]
    title: Title | None
    start_date: Moment | None
    end_date: Moment | None
    enrollment_start: Moment | None
    enrollment_end: Moment | None
    course_number: str | None


class OfferFields(TypedDict, total=False):
    """What courses and programs have in common."""

    readable_id: Required[ReadableId]
    title: Required[Title]
    page: PageFields | None
    min_price: Number
    max_price: Number
    duration: Text256 | None
    time_commitment: Text256 | None
    topics: list[Named] | None


class CourseFields(OfferFields, total=False):
    """A course with its runs."""

    id: int | None
    courseruns: list[RunFields] | None


class ProgramFields(OfferFields, total=False):
    """A program; its tree of requirements is read by dbt."""

    id: Required[int]
    start_date: Moment | None
    end_date: Moment | None
    enrollment_start: Moment | None
    enrollment_end: Moment | None


class MitxonlineCourse(RootModel[CourseFields]):
    """A course that can be used."""


class MitxonlineProgram(RootModel[ProgramFields]):
    """A program that can be used."""
