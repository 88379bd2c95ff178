"""The marts that delivery reads: Learn's tables on natural keys instead of Learn's ids.

Names, types and limits come from the table models, so that what fits a mart fits Learn. dbt's contracts
(``include/dbt/models/marts/_marts__contracts.yml``) are generated from this declaration.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .column_types import Timestamp, enumeration, is_nullable, sql_type
from .enums import RelationType, ResourceType
from .table import Column, LearnTable
from .tables.catalog import (
    Course,
    LearningResource,
    LearningResourceContentTag,
    LearningResourceDepartments,
    LearningResourceImage,
    LearningResourcePrice,
    LearningResourcePrices,
    LearningResourceRelationship,
    LearningResourceTags,
    LearningResourceTopics,
    Program,
)
from .tables.media import Podcast, PodcastEpisode, Video, VideoChannel, VideoPlaylist
from .tables.news import FeedEventDetail, FeedImage, FeedItem, FeedNewsDetail, FeedSource
from .tables.reference import LearningResourceDepartment, LearningResourceTopic
from .tables.runs import (
    LearningResourceInstructor,
    LearningResourceRun,
    LearningResourceRunPrices,
    RunInstructorRelationship,
)

STAMPS = ("created_on", "updated_on")
OWN_COLUMNS = frozenset({"resource_key", "row_hash", "built_at"})
"""Columns of a row mart that are about the row; the others are what the row says, and what ``row_hash`` covers."""

STAFF_ONLY = frozenset({ResourceType.LEARNING_PATH, RelationType.LEARNING_PATH_ITEMS})
"""Codes of what staff put together in Learn; a mart that held one would take it from them."""


class MartColumn(NamedTuple):
    """A column as dbt's contract has it."""

    name: str
    sql_type: str
    nullable: bool
    description: str


@dataclass(frozen=True)
class Mart:
    """A relation of schema ``marts``.

    :ivar natural_key: columns that together are unique and never null.
    """

    name: str
    description: str
    natural_key: tuple[str, ...]
    fields: tuple[Column, ...]

    @property
    def columns(self) -> list[MartColumn]:
        """All columns in order."""
        return [MartColumn(field.name, field.type, field.nullable, field.description) for field in self.fields]

    @property
    def codes(self) -> dict[str, list[str]]:
        """Columns (or arrays) of an enumeration, with the codes that delivery may write."""
        found = {field.name: enumeration(field.annotation) for field in self.fields}
        return {name: [code.value for code in each if code not in STAFF_ONLY] for name, each in found.items() if each}


def _extra(name: str, annotation: Any, description: str) -> Column:
    return Column(name, sql_type(annotation), is_nullable(annotation), description, annotation, False, None, None)


def _like(model: type[LearnTable], name: str, rename: str = "", **changes: Any) -> Column:
    """The column ``name`` of ``model``, perhaps under another name or with another ``nullable`` or ``description``."""
    return replace(model.column(name), name=rename or name, **changes)


RESOURCE_KEY = _extra("resource_key", str, "`<platform>|<resource_type>|<readable_id>`: the unit this row belongs to.")
ROW_HASH = _extra("row_hash", str, "Hash of what the row says; equal rows have equal hashes.")
BUILT_AT = _extra("built_at", Timestamp, "The `as_of` of the build that wrote the row; UTC.")
RUN_ID = _like(LearningResourceRun, "run_id")


def _image(model: type[LearnTable]) -> tuple[Column, ...]:
    """The columns of a row's image, null together when it has none."""
    told = (("url", "Address"), ("description", "Caption"), ("alt", "Alternative text"))
    return tuple(_like(model, name, f"image_{name}", nullable=True, description=f"{what} of its image.") for name, what in told)


IMAGE = _image(LearningResourceImage)


def _mart(
    model: type[LearnTable],
    key: Collection[str] = (),
    *,
    drop: Collection[str] | None = None,
    add: Sequence[Column] = (),
    required: Collection[str] = (),
    unit: Column | None = RESOURCE_KEY,
) -> Mart:
    """The mart of ``model``: its columns without ``drop`` (None: without all of them), and ``add``, between key and hash.

    :param key: columns that with the key of the unit identify a row.
    :param required: columns that Learn lets be null and a mart does not.
    :param unit: the key of what a row is a part of.
    """
    kept = [] if drop is None else [column for column in model.columns() if column.name not in drop]
    fields = [replace(each, nullable=each.nullable and each.name not in required) for each in (*kept, *add)]
    head = (unit,) if unit else ()
    return Mart(
        name=model.__table__.name,
        description=(model.__doc__ or "").split("\n\n")[0],
        natural_key=(*(each.name for each in head), *key),
        fields=(*head, *fields, ROW_HASH, BUILT_AT),
    )


CATALOG_UNIT = Mart(
    name="catalog_unit",
    description="One resource with everything that hangs on it: what delivery compares and writes as a whole.",
    natural_key=("resource_key",),
    fields=(
        RESOURCE_KEY,
        _like(LearningResource, "etl_source"),
        _like(LearningResource, "platform_id", "platform_code", nullable=False),
        _like(LearningResource, "resource_type"),
        _like(LearningResource, "readable_id"),
        _extra("unit_hash", str, "Hash over the rows of the unit in all marts; delivery writes a unit when it differs."),
        _extra("is_removed", bool, "Gone from its source; such a unit is not published."),
        _extra("published", bool, "Whether people are to see the resource."),
        _extra("provided", list[str], "Nested collections that the source provides; others are left as Learn has them."),
        _like(
            LearningResourceRun,
            "run_id",
            "best_run_id",
            nullable=True,
            description="`run_id` of the best run (sources.md 6.3) as of the build; null without public runs.",
        ),
        _extra("created_hint", Timestamp | None, "When the source first had it, if it tells; UTC."),
        BUILT_AT,
    ),
)
_DETAIL_KEYS = {"id", *STAMPS, "learning_resource_id"}
_PRICE = (_like(LearningResourcePrice, "amount"), _like(LearningResourcePrice, "currency"))
_ROWS = (
    _mart(
        LearningResource,
        drop={"id", *STAMPS, "image_id", "view_count", "test_mode", "require_summaries"},
        add=(
            *IMAGE,
            _extra("force_ingest", bool, "Learn is to read its files although nobody sees it (sources.md 6.3)."),
            _extra("source_created_at", Timestamp | None, "When the source made it, where that is Learn's `created_on` (documents); UTC."),
        ),
        required={"platform_id"},
    ),
    _mart(Course, drop=_DETAIL_KEYS),
    _mart(Program, drop=_DETAIL_KEYS),
    _mart(Video, drop={*_DETAIL_KEYS, "transcript"}),
    _mart(Podcast, drop=_DETAIL_KEYS),
    _mart(PodcastEpisode, drop={*_DETAIL_KEYS, "transcript"}),
    _mart(
        VideoPlaylist,
        drop={*_DETAIL_KEYS, "parent_learning_resource_id"},
        add=(
            _like(VideoChannel, "title", "channel_title"),
            _extra("parent_resource_key", str | None, "The unit of the course whose lectures it holds."),
            _like(LearningResource, "platform_id", "parent_platform_id"),
            _like(LearningResource, "resource_type", "parent_resource_type", nullable=True),
            _like(LearningResource, "readable_id", "parent_readable_id", nullable=True),
        ),
    ),
    _mart(
        LearningResourceRun,
        ("run_id",),
        drop={"id", *STAMPS, "image_id", "learning_resource_id", "checksum", "archive_key"},
        add=IMAGE,
    ),
    _mart(LearningResourceTopics, ("topic_name",), add=(_like(LearningResourceTopic, "name", "topic_name"),)),
    _mart(LearningResourceDepartments, ("department_id",), add=(_like(LearningResourceDepartment, "department_id"),)),
    _mart(LearningResourceTags, ("tag_name",), add=(_like(LearningResourceContentTag, "name", "tag_name"),)),
    _mart(LearningResourcePrices, ("amount", "currency"), add=_PRICE),
    _mart(LearningResourceRunPrices, ("run_id", "amount", "currency"), add=(RUN_ID, *_PRICE)),
    _mart(
        RunInstructorRelationship,
        ("run_id", "full_name"),
        add=(
            RUN_ID,
            _like(RunInstructorRelationship, "position"),
            _like(LearningResourceInstructor, "full_name", nullable=False),
            _like(LearningResourceInstructor, "first_name"),
            _like(LearningResourceInstructor, "last_name"),
        ),
    ),
    _mart(
        LearningResourceRelationship,
        ("child_resource_key", "relation_type"),
        add=(
            _extra("child_resource_key", str, "The unit of the child."),
            _like(LearningResource, "platform_id", "child_platform_id", nullable=False),
            _like(LearningResource, "resource_type", "child_resource_type"),
            _like(LearningResource, "readable_id", "child_readable_id"),
            _like(LearningResourceRelationship, "relation_type"),
            _like(LearningResourceRelationship, "position"),
        ),
    ),
)

_FEED = _extra("feed", str, "Key of the feed of ours that it comes from: `news_mitpe`.")
_GUID = _like(FeedItem, "guid")
_NEWS = (
    _mart(FeedSource, drop={"id", *STAMPS, "image_id"}, add=_image(FeedImage), unit=_FEED),
    _mart(
        FeedItem,
        drop={"id", *STAMPS, "guid", "image_id", "source_id"},
        add=(*_image(FeedImage), _FEED, _extra("unit_hash", str, "Hash over item and detail; delivery writes the item when it differs.")),
        unit=_GUID,
    ),
    _mart(FeedNewsDetail, drop={"id", *STAMPS, "feed_item_id"}, unit=_GUID),
    _mart(FeedEventDetail, drop={"id", *STAMPS, "feed_item_id"}, unit=_GUID),
    _mart(FeedImage, ("url", "description", "alt"), drop={"id", *STAMPS}, unit=None),
)

MARTS: dict[str, Mart] = {mart.name: mart for mart in (CATALOG_UNIT, *_ROWS, *_NEWS)}
"""Every mart by its name: the catalogue, its unit first, then news and events."""
