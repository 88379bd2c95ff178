"""xPRO's records (sources.md 2.5)."""

from __future__ import annotations

from typing import Literal

from include.sources.records.types import Consumed, Moment, Named, Number, ReadableId, RunId, Text256, Title, Url

PlatformLabel = Literal["Emeritus", "Global Alumni", "Simplilearn", "Susskind", "WHU", "xPRO"]
"""The labels that have a platform in Learn; the old loader logged any other and left the record out."""


class XproRun(Consumed):
    """One run of a course."""

    courseware_id: RunId
    title: Title | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    enrollment_start: Moment | None = None
    enrollment_end: Moment | None = None
    current_price: Number = None
    instructors: list[Named] | None = None


class XproChild(Consumed):
    """A course within a program: used as a reference only."""

    readable_id: ReadableId
    platform: PlatformLabel


class XproCourse(XproChild):
    """A course with its runs."""

    title: Title
    url: Url | None = None
    description: str | None = None
    thumbnail_url: str | None = None
    credits: Number = None
    duration: Text256 | None = None
    time_commitment: Text256 | None = None
    topics: list[Named] | None = None
    courseruns: list[XproRun] | None = None


class XproProgram(XproChild):
    """A program; its own fields make its one run."""

    title: Title
    url: Url | None = None
    description: str | None = None
    thumbnail_url: str | None = None
    current_price: Number = None
    credits: Number = None
    duration: Text256 | None = None
    time_commitment: Text256 | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    enrollment_start: Moment | None = None
    enrollment_end: Moment | None = None
    topics: list[Named] | None = None
    instructors: list[Named] | None = None
    courses: list[XproChild] | None = None
