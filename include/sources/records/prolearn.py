"""Professional Learning's records. The generated client has checked the types of the API; here are the limits of Learn's columns."""

from __future__ import annotations

from typing import Required

from pydantic import RootModel
from typing_extensions import TypedDict

from include.sources.records.types import ReadableId, Text256, Title, Url


class DocumentFields(TypedDict, total=False):
    """A course or a program."""

    title: Required[Title]
    nid: Required[ReadableId]
    url: Required[Url]
    department: Required[Text256]
    start_value: Required[list[int]]
    end_value: Required[list[int]]
    course_link: Url | None
    course_application_url: Url | None
    field_duration: Text256 | None
    field_related_courses_programs: Required[list[int]]


class ProlearnDocument(RootModel[DocumentFields]):
    """A document that can be used."""
