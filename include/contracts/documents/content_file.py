"""Documents of content files: children in the course and program indexes, nested in videos and documents."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..enums import ContentType
from ..tables.content import Flashcard
from .fields import KEYWORD, NESTED, Coded, Document, Headline, Id, Keyword, Mapped, Text, Year
from .parts import Department, FileJoin, OfferorOfFile, TopicOfResource


class ContentFileFields(Document):
    """A content file as it is nested. The keys of its run are absent when it has none."""

    also_mapped: ClassVar = {"run_readble_id": KEYWORD}

    id: Id
    key: Keyword | None
    uid: Keyword | None
    title: Headline | None
    description: Headline | None
    url: Keyword | None
    content_type: Annotated[ContentType, KEYWORD]
    content_feature_type: list[Keyword]
    content: Text | None
    content_title: Text | None
    content_author: Text | None
    content_language: Keyword | None
    checksum: str | None
    image_src: Keyword | None
    source_path: str | None
    file_type: Keyword | None
    file_extension: str | None
    edx_module_id: str | None
    youtube_id: Keyword | None
    summary: str
    flashcards: list[Flashcard]
    require_summaries: bool
    direct_learning_resource_id: int | None
    resource_id: Annotated[str, Mapped("long")]
    """The id as text: what Learn's serializer makes of it."""
    resource_readable_id: Keyword
    course_number: list[Keyword]
    platform: Annotated[Coded, NESTED] | None
    offered_by: Annotated[OfferorOfFile, NESTED] | None
    departments: Annotated[list[Department], NESTED]
    topics: list[TopicOfResource]
    run_id: Id | None = None
    run_readable_id: str | None = None
    run_title: Text | None = None
    run_slug: Keyword | None = None
    semester: Keyword | None = None
    year: Year | None = None


class ContentFileDocument(ContentFileFields):
    """A content file as a child of its course or program; `_id` is `cf_<id>`, routed to its resource."""

    resource_relations: FileJoin
