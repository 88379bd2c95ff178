"""Files of courses: pages, videos, documents; and the problem files of the tutor."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from ..column_types import (
    JSONB,
    Integer,
    Varchar,
    Varchar11,
    Varchar12,
    Varchar24,
    Varchar32,
    Varchar36,
    Varchar128,
    Varchar200,
    Varchar256,
    Varchar1024,
)
from ..enums import ContentType, TutorProblemType
from ..table import Entity, Table, column, foreign_key, link
from .catalog import LearningResource, LearningResourceContentTag
from .reference import LearningResourcePlatform
from .runs import LearningResourceRun


class Flashcard(BaseModel):
    """A question and its answer, made by Learn's summariser."""

    question: str
    answer: str


class ContentFile(Entity):
    """A file of a run, of a resource, or promoted to a resource of its own.

    The unique key never fires in practice: one of its columns is always null. Writers look files up by (run, key).
    """

    __table__ = Table(
        "learning_resources_contentfile",
        uniques=(("key", "run_id", "learning_resource_id", "direct_learning_resource_id"),),
        indexes=("edx_module_id",),
        checks={
            "direct_learning_resource_run_or_resource_defined": (
                "learning_resource_id IS NOT NULL AND run_id IS NULL"
                " OR learning_resource_id IS NULL AND run_id IS NOT NULL"
                " OR direct_learning_resource_id IS NOT NULL AND learning_resource_id IS NULL AND run_id IS NULL"
            )
        },
    )

    uid: Varchar36 | None = column("The source's identity of the file.", None)
    key: Varchar1024 | None = column("The source's key of the file; with the run its natural key.", None)
    title: Varchar1024 | None = column("Title, plain text.", None)
    description: str | None = column("Summary.", None)
    image_src: Varchar200 | None = column("Address of a picture of it.", None)
    url: str | None = column("Where a learner reads it.", None)
    file_type: Varchar128 | None = column("Media type, or `marketing_page`.", None)
    content: str | None = column("Extracted text.", None)
    content_title: Varchar1024 | None = column("Title found in the file.", None)
    content_author: Varchar1024 | None = column("Author found in the file.", None)
    content_language: Varchar24 | None = column("Language found in the file.", None)
    content_type: Annotated[ContentType, Varchar(10)] = column("Kind of the file.", ContentType.FILE)
    published: bool = column("Whether people see it.", True)
    checksum: Varchar32 | None = column("MD5 of `content`, hexadecimal; null when empty.", None)
    run_id: Integer | None = foreign_key(LearningResourceRun, "Its run.", None)
    file_extension: Varchar32 | None = column("With the dot (`.pdf`).", None)
    source_path: Varchar1024 | None = column("Path in the archive.", None)
    edx_module_id: Varchar1024 | None = column("Open edX block key.", None)
    learning_resource_id: Integer | None = foreign_key(LearningResource, "Its resource, without a run.", None)
    flashcards: Annotated[list[Flashcard], JSONB] = column("Made by Learn's summariser; never ours.", [])
    summary: str = column("Made by Learn's summariser; never ours.", "")
    archive_checksum: Varchar32 | None = column("MD5 of the raw archive member, hexadecimal.", None)
    duration: Varchar11 | None = column("Of a video: ISO 8601 (`PT1H2M3S`).", None)
    direct_learning_resource_id: Integer | None = foreign_key(
        LearningResource, "The resource that this file was promoted to.", None, on_delete="SET_NULL"
    )
    youtube_id: Varchar32 | None = column("Of a video: its YouTube id.", None)


class ContentSummarizerConfiguration(Entity):
    """Which files of a platform Learn's summariser works on; admins' to set."""

    __table__ = Table("learning_resources_contentsummarizerconfiguration", uniques=(("platform_id",),))

    llm_model: Varchar128 = column("Name of the language model.")
    allowed_content_types: list[Varchar128] | None = column("Content types it reads.", [])
    allowed_extensions: list[Varchar128] | None = column("File extensions it reads.", [])
    is_active: bool = column("Whether it works.", True)
    platform_id: Varchar12 = foreign_key(LearningResourcePlatform, "The platform.", on_delete="PROTECT")


class TutorProblemFile(Entity):
    """A problem, or its solution, that the tutor works with; hard-deleted when its archive no longer has it."""

    __table__ = Table("learning_resources_tutorproblemfile")

    problem_title: Varchar1024 | None = column("Title of the problem.", None)
    type: Annotated[TutorProblemType, Varchar(128)] = column("Problem or solution.")
    content: str | None = column("Extracted text.", None)
    archive_checksum: Varchar32 | None = column("MD5 of the raw archive member, hexadecimal.", None)
    source_path: Varchar1024 | None = column("Path in the archive; with the run its natural key.", None)
    file_extension: Varchar32 | None = column("With the dot.", None)
    run_id: Integer = foreign_key(LearningResourceRun, "Its run.")
    file_name: Varchar256 | None = column("Name of the file.", None)
    checksum: Varchar32 | None = column("MD5 of `content`, hexadecimal.", None)


ContentFileTags = link(
    "learning_resources_contentfile_content_tags",
    ContentFile,
    LearningResourceContentTag,
    "Tags of a content file.",
)
