"""What the models accept and refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from include.contracts import enums
from include.contracts.column_types import enumeration
from include.contracts.ownership import OWNERSHIP
from include.contracts.table import LearnTable
from include.contracts.tables import TABLES
from include.contracts.tables.catalog import LearningResource
from include.contracts.tables.runs import LearningResourceRun

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
RESOURCE: dict[str, Any] = {
    "id": 1,
    "created_on": NOW,
    "updated_on": NOW,
    "readable_id": "course-v1:MITxT+18.03.1x",
    "title": "Differential Equations",
    "resource_type": "course",
    "resource_category": "Course",
    "platform_id": "mitxonline",
    "etl_source": "mitxonline",
}


def test_a_row_with_what_must_be_there_gets_learns_defaults() -> None:
    row = LearningResource(**RESOURCE)
    assert (row.published, row.delivery, row.certification_type) == (True, ["online"], "none")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "x" * 257),
        ("readable_id", "x" * 513),
        ("resource_type", "article"),
        ("platform_id", "coursera"),
        ("etl_source", "micromasters"),
        ("delivery", ["telepathy"]),
        ("ocw_topics", ["x" * 129]),
        ("languages", ["x" * 25]),
        ("prices", [Decimal("1.005")]),
        ("prices", [Decimal(10) ** 10]),
        ("max_weeks", 2**31),
        ("view_count", -1),
        ("last_modified", datetime(2024, 9, 10)),
        ("title", None),
        ("published", None),
        ("unknown_column", 1),
    ],
)
def test_a_value_that_learn_could_not_hold_is_refused(column: str, value: object) -> None:
    with pytest.raises(ValidationError, match=column):
        LearningResource(**{**RESOURCE, column: value})


@pytest.mark.parametrize(
    ("column", "value"), [("title", "é" * 256), ("description", "x" * 100_000), ("prices", [Decimal("9999999999.99")])]
)
def test_a_value_at_the_limit_is_accepted(column: str, value: object) -> None:
    assert getattr(LearningResource(**{**RESOURCE, column: value}), column) == value


def test_labels_are_learns() -> None:
    labels = {
        enums.ResourceType.PODCAST_EPISODE: "Podcast Episode",
        enums.Level.NONCREDIT: "Non-Credit",
        enums.Delivery.IN_PERSON: "In person",
        enums.CertificationType.NONE: "No Certificate",
        enums.Pace.SELF_PACED: "Self-paced",
    }
    assert {code: code.label for code in labels} == labels
    assert enums.Level.from_label("High School") is enums.Level.HIGH_SCHOOL
    with pytest.raises(ValueError, match="Kindergarten"):
        enums.Level.from_label("Kindergarten")


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES.keys())
def test_a_table_is_consistent_in_itself(model: type[LearnTable]) -> None:
    table, columns = model.__table__, {column.name: column for column in model.columns()}
    assert {table.primary_key, *table.indexes, *sum(table.uniques, ())} <= columns.keys()
    for column in columns.values():
        assert column.description
        codes = enumeration(column.annotation)
        limit = column.type.partition("(")[2].partition(")")[0]
        assert not codes or max(map(len, codes)) <= int(limit)
        if column.references and column.references.table in TABLES:
            assert TABLES[column.references.table].column(column.references.column).type == column.type


def test_delivery_owns_nothing_of_users_staff_and_the_summariser() -> None:
    untouched = ("userlist", "learningpath", "percolatequery", "viewevent", "summarizer")
    assert not [table for table in OWNERSHIP if any(word in table for word in untouched)]
    resource, run = OWNERSHIP["learning_resources_learningresource"], OWNERSHIP["learning_resources_learningresourcerun"]
    assert not {"id", "view_count"} & {*resource.insert_columns, *resource.update_columns}
    assert not {"id", "created_on", "platform_id", "resource_type"} & {*resource.update_columns}
    assert not {"checksum", "archive_key"} & {*run.insert_columns, *run.update_columns}
    assert {"completeness", "test_mode", "require_summaries", "readable_id"} <= resource.conditions.keys()


def test_what_delivery_inserts_makes_a_whole_row() -> None:
    for table, owned in OWNERSHIP.items():
        needed = {column.name for column in TABLES[table].columns() if not column.nullable} - {"id"}
        assert needed <= set(owned.insert_columns), table
        assert set(owned.insert_defaults) | set(owned.update_columns) <= set(owned.insert_columns), table
        assert all(type(value) in (str, bool, float, int, list, type(None)) for value in owned.insert_defaults.values())


def test_runs_belong_to_a_resource() -> None:
    with pytest.raises(ValidationError, match="learning_resource_id"):
        LearningResourceRun(id=1, created_on=NOW, updated_on=NOW, run_id="r", title="t")
