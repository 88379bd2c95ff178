"""Learning resources and what hangs on them; their runs are in `runs`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel

from ..column_types import (
    JSONB,
    Amount,
    Credits,
    Feed,
    Integer,
    NaturalBigInteger,
    NaturalInteger,
    Timestamp,
    Varchar,
    Varchar3,
    Varchar24,
    Varchar128,
    Varchar256,
    Varchar512,
    Varchar1024,
    Varchar2048,
)
from ..enums import (
    Availability,
    CertificationType,
    CourseNumberListing,
    Delivery,
    Format,
    Offeror,
    Pace,
    Platform,
    RelationType,
    ResourceType,
)
from ..table import Entity, Stamped, Table, column, foreign_key, link
from .reference import (
    LearningResourceDepartment,
    LearningResourceOfferor,
    LearningResourcePlatform,
    LearningResourceTopic,
)


class LearningResourceImage(Entity):
    """An image, shared by all that show it. Identified by all three columns together; never deleted."""

    __table__ = Table("learning_resources_learningresourceimage")

    url: str = column("Absolute address of the image.")
    description: Varchar1024 | None = column("Caption.", None)
    alt: Varchar1024 | None = column("Text for those who do not see the image.", None)


class LearningResourcePrice(Entity):
    """An amount in a currency, shared by all that cost it."""

    __table__ = Table("learning_resources_learningresourceprice")

    amount: Amount = column("In units of the currency, two decimals.")
    currency: Varchar3 = column("ISO 4217 code; unknown ones count as USD.")


class LearningResourceContentTag(Entity):
    """A tag of resources (`course_feature` in search) and of content files (`content_feature_type`)."""

    __table__ = Table("learning_resources_learningresourcecontenttag", uniques=(("name",),))

    name: Varchar128 = column("The tag, shown as it is.")


class LearningResource(Entity):
    """Anything a person can find in Learn; detail tables add what only its type has.

    Rows of type `learning_path` belong to staff. The unique key does not hold where the platform is null.
    """

    __table__ = Table(
        "learning_resources_learningresource",
        uniques=(("platform_id", "readable_id", "resource_type"),),
        indexes=("published", "next_start_date", "resource_type", "resource_category"),
        checks={"learning_resources_learningresource_view_count_check": "view_count >= 0"},
    )

    readable_id: Varchar512 = column("The source's own key; with platform and type the natural key of the resource.")
    title: Varchar256 = column("Title, plain text.")
    description: str | None = column("Summary, cleaned HTML (sources.md 1.3).", None)
    full_description: str | None = column("Long description, cleaned HTML.", None)
    last_modified: Timestamp | None = column("When the source last changed it, in the source's own sense; UTC.", None)
    published: bool = column("Whether people see it; the only kind of removal.", True)
    languages: list[Varchar24] | None = column("Language tags.", None)
    url: Varchar2048 | None = column("Where a learner goes.", None)
    resource_type: Annotated[ResourceType, Varchar(24)] = column("What it is; decides the search index.")
    image_id: Integer | None = foreign_key(LearningResourceImage, "Its image.", None, on_delete="SET_NULL")
    platform_id: Annotated[Platform, Varchar(12)] | None = foreign_key(
        LearningResourcePlatform, "Code of the site that hosts it.", None, on_delete="SET_NULL"
    )
    etl_source: Feed = column("Key of the feed it comes from; empty for staff's lists.", "")
    professional: bool = column("Whether it is professional education.", False)
    offered_by_id: Annotated[Offeror, Varchar(12)] | None = foreign_key(
        LearningResourceOfferor, "Code of the unit that offers it.", None, on_delete="SET_NULL"
    )
    next_start_date: Timestamp | None = column(
        "Of the earliest public run that is still to start: the later of start and enrollment start; UTC.", None
    )
    certification: bool = column("Whether a learner can earn a certificate.", False)
    certification_type: Annotated[CertificationType, Varchar(24)] = column("Which one.", CertificationType.NONE)
    prices: list[Amount] = column("Of the best run, ascending; empty without certification.", [])
    availability: Annotated[Availability, Varchar(24)] | None = column("Of the best run: dated or at any time.", None)
    completeness: float = column("0 to 1: how much of an OCW course's material is there; 1 elsewhere.", 1.0)
    delivery: list[Annotated[Delivery, Varchar(24)]] = column("How it is taught.", [Delivery.ONLINE])
    continuing_ed_credits: Credits | None = column("Credits (CEU).", None)
    license_cc: bool = column("Whether it is under a Creative Commons licence.", False)
    format: list[Annotated[Format, Varchar(24)]] = column("Whether at set times.", [Format.ASYNCHRONOUS])
    pace: list[Annotated[Pace, Varchar(24)]] = column("Who sets the pace.", [Pace.SELF_PACED])
    ocw_topics: list[Varchar128] = column("OCW's own topic names.", [])
    location: Varchar256 = column("Of the best run: where it is taught, as text.", "")
    duration: Varchar256 = column("Of the best run: how long, as text (`6 weeks`).", "")
    max_weekly_hours: Integer | None = column("Of the best run: most hours a week.", None)
    max_weeks: Integer | None = column("Of the best run: most weeks.", None)
    min_weekly_hours: Integer | None = column("Of the best run: fewest hours a week.", None)
    min_weeks: Integer | None = column("Of the best run: fewest weeks.", None)
    time_commitment: Varchar256 = column("Of the best run: effort, as text (`5-7 hours/week`).", "")
    test_mode: bool = column("Shown to testers only, and never pruned; Learn's and admins' to set.", False)
    require_summaries: bool = column("Whether Learn's summariser works on its files.", False)
    resource_category: Varchar256 = column("Label of the type, or a finer one (`ResourceCategory`); free text.")
    view_count: NaturalBigInteger | None = column("Views; kept by Learn's own view events.", None)


class DepartmentName(BaseModel):
    """A department by id and name."""

    department_id: str
    name: str


class CourseNumber(BaseModel):
    """One number of a course at MIT, as stored in `course_numbers`."""

    value: str
    listing_type: CourseNumberListing
    department: DepartmentName | None
    sort_coursenum: str
    primary: bool


class Course(Stamped):
    """What only a course has."""

    __table__ = Table("learning_resources_course", primary_key="learning_resource_id")

    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource.")
    course_numbers: Annotated[list[CourseNumber], JSONB] | None = column("Numbers at MIT, the primary one first.", None)


class Program(Stamped):
    """A program; has nothing of its own."""

    __table__ = Table("learning_resources_program", primary_key="learning_resource_id")

    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource.")


class LearningResourceRelationship(Entity):
    """A child of a resource, in order. LEARNING_PATH_ITEMS are staff's; the others are replaced per parent."""

    __table__ = Table(
        "learning_resources_learningresourcerelationship",
        checks={"learning_resources_learningresourcerelationship_position_check": '"position" >= 0'},
    )

    position: NaturalInteger = column("Place among the children; ties by id.", 0)
    relation_type: Annotated[RelationType, Varchar(256)] = column("How the child belongs to the parent.")
    child_id: Integer = foreign_key(LearningResource, "The child.")
    parent_id: Integer = foreign_key(LearningResource, "The parent.")


class LearningResourceViewEvent(Entity):
    """One view of a resource's page; from Learn's analytics."""

    __table__ = Table(
        "learning_resources_learningresourceviewevent",
        expression_indexes={"learning_resources_lrviewevent_event_uuid_uniq": (True, "event_uuid", "event_uuid IS NOT NULL")},
    )

    event_date: Timestamp = column("When it was viewed; UTC.")
    learning_resource_id: Integer = foreign_key(LearningResource, "What was viewed.")
    event_uuid: UUID | None = column("Identity of the event; null on old rows.", None)


LearningResourceTopics = link(
    "learning_resources_learningresource_topics",
    LearningResource,
    LearningResourceTopic,
    "Topics of a resource, always with all topics above them.",
)
LearningResourceDepartments = link(
    "learning_resources_learningresource_departments",
    LearningResource,
    LearningResourceDepartment,
    "Departments of a resource.",
)
LearningResourceTags = link(
    "learning_resources_learningresource_resource_tags",
    LearningResource,
    LearningResourceContentTag,
    "Tags of a resource.",
)
LearningResourcePrices = link(
    "learning_resources_learningresource_resource_prices",
    LearningResource,
    LearningResourcePrice,
    "Prices of a resource: those of its best run.",
)
