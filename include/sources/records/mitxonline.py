"""MITx Online's records (sources.md 2.3 and 2.4)."""

from __future__ import annotations

from include.sources.records.types import Consumed, Moment, Named, Number, ReadableId, RunId, Text256, Title, Url


class MitxonlinePage(Consumed):
    """The page of a course or program in MITx Online's content system."""

    page_url: Url | None = None
    live: bool | None = None
    description: str | None = None
    feature_image_src: str | None = None
    instructors: list[Named] | None = None


class MitxonlineRun(Consumed):
    """One run of a course."""

    courseware_id: RunId
    title: Title | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    enrollment_start: Moment | None = None
    enrollment_end: Moment | None = None
    course_number: str | None = None


class MitxonlineCourse(Consumed):
    """A course with its runs."""

    id: int | None = None
    readable_id: ReadableId
    title: Title
    page: MitxonlinePage | None = None
    min_price: Number = None
    max_price: Number = None
    duration: Text256 | None = None
    time_commitment: Text256 | None = None
    topics: list[Named] | None = None
    courseruns: list[MitxonlineRun] | None = None


class MitxonlineProgram(Consumed):
    """A program; its tree of requirements is read by dbt."""

    id: int
    readable_id: ReadableId
    title: Title
    page: MitxonlinePage | None = None
    min_price: Number = None
    max_price: Number = None
    duration: Text256 | None = None
    time_commitment: Text256 | None = None
    topics: list[Named] | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    enrollment_start: Moment | None = None
    enrollment_end: Moment | None = None
