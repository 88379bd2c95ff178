"""The columns of Learn that a unit carries, and how the marts' rows are received."""

from __future__ import annotations

from dataclasses import dataclass

RESOURCE_COLUMNS = (
    "readable_id",
    "title",
    "description",
    "full_description",
    "last_modified",
    "published",
    "languages",
    "url",
    "resource_type",
    "platform_id",
    "etl_source",
    "professional",
    "offered_by_id",
    "next_start_date",
    "certification",
    "certification_type",
    "prices",
    "availability",
    "completeness",
    "delivery",
    "continuing_ed_credits",
    "license_cc",
    "format",
    "pace",
    "ocw_topics",
    "location",
    "duration",
    "max_weekly_hours",
    "max_weeks",
    "min_weekly_hours",
    "min_weeks",
    "time_commitment",
    "resource_category",
)

RUN_COLUMNS = (
    "run_id",
    "title",
    "description",
    "full_description",
    "last_modified",
    "published",
    "languages",
    "url",
    "level",
    "slug",
    "semester",
    "year",
    "start_date",
    "end_date",
    "enrollment_start",
    "enrollment_end",
    "prices",
    "delivery",
    "availability",
    "format",
    "pace",
    "location",
    "duration",
    "max_weekly_hours",
    "max_weeks",
    "min_weekly_hours",
    "min_weeks",
    "time_commitment",
    "is_b2b",
    "is_variant",
)

IMAGE_COLUMNS = ("image_url", "image_description", "image_alt")


@dataclass(frozen=True)
class Received:
    """A mart and the session table of Learn's database that receives its rows, column by column."""

    mart: str
    into: str
    columns: tuple[str, ...]


CATALOG_UNIT = Received(
    "catalog_unit",
    "incoming_unit",
    (
        "resource_key",
        "etl_source",
        "platform_code",
        "resource_type",
        "readable_id",
        "unit_hash",
        "is_removed",
        "published",
        "provided",
        "best_run_id",
        "created_hint",
    ),
)

UNIT_TABLES = (
    Received(
        "learning_resources_learningresource",
        "incoming_resource",
        ("resource_key", *RESOURCE_COLUMNS, *IMAGE_COLUMNS, "force_ingest"),
    ),
    Received("learning_resources_course", "incoming_course", ("resource_key", "course_numbers")),
    Received("learning_resources_program", "incoming_program", ("resource_key",)),
    Received("learning_resources_learningresourcerun", "incoming_run", ("resource_key", *RUN_COLUMNS, *IMAGE_COLUMNS)),
    Received("learning_resources_learningresource_topics", "incoming_topic", ("resource_key", "topic_name")),
    Received("learning_resources_learningresource_departments", "incoming_department", ("resource_key", "department_id")),
    Received("learning_resources_learningresource_resource_tags", "incoming_tag", ("resource_key", "tag_name")),
    Received("learning_resources_learningresource_resource_prices", "incoming_price", ("resource_key", "amount", "currency")),
    Received(
        "learning_resources_learningresourcerun_resource_prices",
        "incoming_run_price",
        ("resource_key", "run_id", "amount", "currency"),
    ),
    Received(
        "learning_resources_runinstructorrelationship",
        "incoming_instructor",
        ("resource_key", "run_id", "position", "full_name", "first_name", "last_name"),
    ),
    Received(
        "learning_resources_learningresourcerelationship",
        "incoming_child",
        ("resource_key", "child_platform_id", "child_resource_type", "child_readable_id", "relation_type", "position"),
    ),
)
