"""Which columns of Learn's tables delivery writes: one declaration for its SQL and for its database rights.

What is not listed here belongs to Learn (target_model 1.4): users' lists, staff's learning paths and their items, view
counts, summaries and flashcards, channels. The role of delivery has no right to write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .table import LearnTable
from .tables import TABLES
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
    LearningResourceViewEvent,
    Program,
)
from .tables.media import Podcast, PodcastEpisode, Video, VideoChannel, VideoPlaylist
from .tables.news import FeedEventDetail, FeedImage, FeedItem, FeedNewsDetail, FeedSource
from .tables.reference import (
    LearningResourceDepartment,
    LearningResourceOfferor,
    LearningResourcePlatform,
    LearningResourceSchool,
    LearningResourceTopic,
    LearningResourceTopicMapping,
)
from .tables.runs import (
    LearningResourceInstructor,
    LearningResourceRun,
    LearningResourceRunPrices,
    RunInstructorRelationship,
)


@dataclass(frozen=True)
class TableOwnership:
    """What delivery may do with a table.

    :ivar insert_columns: columns of a new row, in physical order; Postgres assigns the others (the identity).
    :ivar update_columns: columns of an existing row that follow the marts.
    :ivar may_delete: whether rows that the marts no longer have are deleted.
    :ivar insert_defaults: what Learn's application writes where the source is silent; no column has a database default.
    :ivar conditions: columns (or ``delete``) that are written only under a condition, with the condition.
    """

    insert_columns: tuple[str, ...]
    update_columns: tuple[str, ...] = ()
    may_delete: bool = False
    insert_defaults: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)


def _plain(value: Any) -> Any:
    """``value`` as a database driver takes it: codes instead of members of an enumeration."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value


def _owns(
    model: type[LearnTable],
    *,
    leaves: tuple[str, ...] = (),
    fixed: tuple[str, ...] | None = None,
    may_delete: bool = False,
    conditions: Mapping[str, str] | None = None,
) -> TableOwnership:
    """Ownership of all columns of ``model`` except its assigned id and ``leaves``.

    :param fixed: columns that never change once inserted, beside key and ``created_on``; None: no column changes.
    """
    key = model.__table__.primary_key
    columns = [each for each in model.columns() if each.name not in leaves and each.name != "id"]
    inserted = tuple(each.name for each in columns)
    unchanging = {key, "created_on", *(fixed or ())}
    return TableOwnership(
        insert_columns=inserted,
        update_columns=() if fixed is None else tuple(name for name in inserted if name not in unchanging),
        may_delete=may_delete,
        insert_defaults={each.name: _plain(each.default) for each in columns if each.has_default},
        conditions=conditions or {},
    )


_SHARED_FOREVER = "shared by many rows and never changed: another value is another row"
_UNUSED = "only rows that we made and nobody refers to any more"

OWNERSHIP: dict[str, TableOwnership] = {
    LearningResource.__table__.name: _owns(
        LearningResource,
        leaves=("view_count",),
        fixed=("platform_id", "resource_type"),
        conditions={
            "readable_id": "updated only where the source's key is the url (OCW), so that the row keeps its id",
            "completeness": "updated only when the unit's `provided` names it; the content files decide it otherwise",
            "require_summaries": "set to true when `force_ingest` becomes true (sources.md 6.3), else left as Learn has it",
            "test_mode": "set to true when `force_ingest` becomes true and it is not published, and for all of Canvas; else left",
        },
    ),
    Course.__table__.name: _owns(Course, fixed=()),
    Program.__table__.name: _owns(Program, fixed=()),
    Podcast.__table__.name: _owns(Podcast, fixed=("learning_resource_id",)),
    **{
        # Their transcripts are read by tasks of Learn's own.
        each.__table__.name: _owns(each, fixed=("learning_resource_id", "transcript"))
        for each in (PodcastEpisode, Video)
    },
    VideoPlaylist.__table__.name: _owns(VideoPlaylist, fixed=("learning_resource_id",)),
    VideoChannel.__table__.name: _owns(VideoChannel, fixed=()),
    LearningResourceRun.__table__.name: _owns(
        LearningResourceRun, leaves=("checksum", "archive_key"), fixed=("learning_resource_id", "run_id")
    ),
    LearningResourceImage.__table__.name: _owns(
        LearningResourceImage, may_delete=True, conditions={"url": _SHARED_FOREVER, "delete": _UNUSED}
    ),
    LearningResourcePrice.__table__.name: _owns(
        LearningResourcePrice, may_delete=True, conditions={"amount": _SHARED_FOREVER, "delete": _UNUSED}
    ),
    LearningResourceContentTag.__table__.name: _owns(LearningResourceContentTag, may_delete=True, conditions={"delete": _UNUSED}),
    LearningResourceInstructor.__table__.name: _owns(
        LearningResourceInstructor,
        fixed=("full_name",),
        may_delete=True,
        conditions={
            "delete": _UNUSED,
            "first_name": "updated only to a name that is not empty",
            "last_name": "updated only to a name that is not empty",
        },
    ),
    **{
        each.__table__.name: _owns(each, may_delete=True)
        for each in (
            LearningResourceTopics,
            LearningResourceDepartments,
            LearningResourceTags,
            LearningResourcePrices,
            LearningResourceRunPrices,
        )
    },
    RunInstructorRelationship.__table__.name: _owns(RunInstructorRelationship, fixed=("run_id", "instructor_id"), may_delete=True),
    LearningResourceRelationship.__table__.name: _owns(
        LearningResourceRelationship,
        fixed=("parent_id", "child_id", "relation_type"),
        may_delete=True,
        conditions={"delete": "never LEARNING_PATH_ITEMS: those are staff's"},
    ),
    LearningResourcePlatform.__table__.name: _owns(LearningResourcePlatform, fixed=()),
    LearningResourceOfferor.__table__.name: _owns(LearningResourceOfferor, fixed=()),
    LearningResourceSchool.__table__.name: _owns(LearningResourceSchool, fixed=()),
    LearningResourceDepartment.__table__.name: _owns(LearningResourceDepartment, fixed=()),
    LearningResourceTopic.__table__.name: _owns(
        LearningResourceTopic,
        fixed=("topic_uuid",),
        conditions={"name": "updated only where the row was found by its uuid"},
    ),
    LearningResourceTopicMapping.__table__.name: _owns(
        LearningResourceTopicMapping,
        may_delete=True,
        conditions={"delete": "only rows that the taxonomy had before; what editors added stays"},
    ),
    FeedSource.__table__.name: _owns(FeedSource, fixed=("feed_type", "url")),
    FeedItem.__table__.name: _owns(
        FeedItem,
        fixed=("guid",),
        may_delete=True,
        conditions={"delete": "only items of a feed of ours that left a complete read of it, or are over (sources.md 7.0)"},
    ),
    **{each.__table__.name: _owns(each, fixed=("feed_item_id",), may_delete=True) for each in (FeedNewsDetail, FeedEventDetail)},
    FeedImage.__table__.name: _owns(
        FeedImage, may_delete=True, conditions={"url": _SHARED_FOREVER, "delete": "only images that we made and nobody shows any more"}
    ),
}
"""Every table that delivery writes; a table that is not here it only reads."""

VIEWS_OWNERSHIP: dict[str, TableOwnership] = {
    LearningResourceViewEvent.__table__.name: _owns(LearningResourceViewEvent, fixed=("event_date", "learning_resource_id")),
    LearningResource.__table__.name: TableOwnership(insert_columns=(), update_columns=("view_count",)),
}
"""What the counting of views writes: events, and of a resource the one column that delivery leaves alone."""


def read_grants_sql(role: str) -> str:
    """Statements that let ``role`` read all of Learn's tables of the contract."""
    name = _quoted(role)
    return f"GRANT USAGE ON SCHEMA public TO {name};\nGRANT SELECT ON {', '.join(TABLES)} TO {name};\n"


def grants_sql(role: str, ownership: Mapping[str, TableOwnership] = OWNERSHIP) -> str:
    """Statements that let ``role`` read Learn's tables and write exactly what ``ownership`` declares.

    Rights on an identity's sequence are not needed: Postgres does not ask for them.
    """
    name = _quoted(role)
    statements = [read_grants_sql(role)]
    for table, owned in ownership.items():
        rights = [f"INSERT ({', '.join(owned.insert_columns)})"] if owned.insert_columns else []
        rights += [f"UPDATE ({', '.join(owned.update_columns)})"] if owned.update_columns else []
        rights += ["DELETE"] if owned.may_delete else []
        statements.append(f"GRANT {', '.join(rights)} ON {table} TO {name};\n")
    return "".join(statements)


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
