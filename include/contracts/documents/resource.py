"""What the documents of all learning resources have, and those of courses and programs (target_model 2.4, 2.6)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..enums import (
    Availability,
    CertificationType,
    CourseNumberListing,
    Delivery,
    Format,
    Level,
    Pace,
    ResourceType,
    ResourceTypeGroup,
)
from .fields import (
    KEYWORD,
    NESTED,
    OBJECT,
    AmountText,
    Cents,
    Coded,
    CodedText,
    Count,
    Document,
    Flag,
    Headline,
    Id,
    Keyword,
    Mapped,
    Moment,
    Score,
    Text,
    Topic,
    Year,
    label_of,
)
from .parts import (
    Child,
    Department,
    Image,
    ImageOfRun,
    Instructor,
    OfferorOfResource,
    Price,
    ResourceJoin,
    TopicOfResource,
)

JOIN = Mapped("join", options=(("relations", {"resource": "content_file"}),))
DeliveryCodes = Annotated[list[Annotated[Coded, label_of(Delivery)]], NESTED]
FormatCodes = Annotated[list[Annotated[Coded, label_of(Format)]], NESTED]
PaceCodes = Annotated[list[Annotated[Coded, label_of(Pace)]], NESTED]
LevelCodes = Annotated[list[Annotated[CodedText, label_of(Level)]], NESTED]
Certification = Annotated[CodedText, label_of(CertificationType), NESTED]


class Run(Document):
    """A public run: published and no variant."""

    also_mapped: ClassVar = {"run_is": KEYWORD}

    id: Id
    run_id: str
    title: Headline
    description: Headline | None
    full_description: Text | None
    last_modified: Moment | None
    published: bool
    languages: list[Keyword] | None
    url: str | None
    level: LevelCodes
    slug: Keyword | None
    semester: Keyword | None
    year: Year | None
    start_date: Moment | None
    end_date: Moment | None
    enrollment_start: Moment | None
    enrollment_end: Moment | None
    prices: list[Cents] | None
    checksum: str | None
    delivery: DeliveryCodes
    availability: Annotated[Availability, KEYWORD] | None
    format: FormatCodes
    pace: PaceCodes
    location: Keyword
    duration: str
    max_weekly_hours: int | None
    max_weeks: int | None
    min_weekly_hours: int | None
    min_weeks: int | None
    time_commitment: str
    instructors: Annotated[list[Instructor], NESTED]
    image: ImageOfRun | None
    resource_prices: Annotated[list[Price], NESTED]


class ResourceDocument(Document):
    """What the documents of all types have. The `_id` is `id`, which Learn's Postgres assigned."""

    id: Id
    readable_id: Keyword
    title: Headline
    description: Headline | None
    full_description: Text | None
    last_modified: Moment | None
    created_on: Moment
    published: bool
    languages: list[Keyword] | None
    url: str | None
    resource_type: Annotated[ResourceType, KEYWORD]
    resource_type_group: Annotated[ResourceTypeGroup, KEYWORD]
    resource_category: Keyword
    is_learning_material: Flag
    is_incomplete_or_stale: Flag
    resource_age_date: Moment | None
    completeness: Score
    """Never missing: the scoring script reads it without a check."""
    certification: Flag
    certification_type: Certification
    professional: Flag
    free: Flag
    prices: list[AmountText]
    resource_prices: Annotated[list[Price], NESTED]
    platform: Annotated[Coded, NESTED] | None
    offered_by: Annotated[OfferorOfResource, NESTED] | None
    departments: Annotated[list[Department], NESTED]
    topics: Annotated[list[TopicOfResource], NESTED]
    ocw_topics: list[Topic]
    course_feature: list[Keyword]
    image: Annotated[Image, NESTED] | None
    runs: Annotated[list[Run], NESTED]
    best_run_id: Id | None
    next_start_date: Moment | None
    availability: Availability | None
    delivery: DeliveryCodes
    format: FormatCodes
    pace: PaceCodes
    license_cc: Flag
    continuing_ed_credits: Annotated[AmountText, Mapped("float")] | None
    location: Keyword
    duration: Keyword
    min_weeks: Count | None
    max_weeks: Count | None
    time_commitment: Keyword
    min_weekly_hours: Count | None
    max_weekly_hours: Count | None
    children: list[Child] | None
    position: None
    views: Count
    featured_rank: Score | None
    test_mode: bool
    require_summaries: bool
    resource_relations: Annotated[ResourceJoin, JOIN]


class CourseNumberInSearch(Document):
    """A number of a course at MIT; the primary one comes first."""

    value: Keyword
    listing_type: CourseNumberListing
    department: Annotated[Department, OBJECT] | None
    sort_coursenum: Keyword
    primary: Flag


class CourseDetail(Document):
    """What only a course has."""

    course_numbers: Annotated[list[CourseNumberInSearch], NESTED] | None


class HasCourse(Document):
    """Mapped in the index of every type, filled in courses."""

    course: Annotated[CourseDetail, OBJECT]


class CourseDocument(ResourceDocument, HasCourse):
    """A course."""


class ProgramDetail(Document):
    """Counts of published children."""

    course_count: int
    program_count: int


class ProgramDocument(ResourceDocument):
    """A program."""

    program: ProgramDetail
