"""The columns of Learn that a unit carries, and how the marts' rows are received: all from the contract."""

from __future__ import annotations

from dataclasses import dataclass

from include.contracts.marts import MARTS
from include.contracts.ownership import OWNERSHIP

RESOURCE = "learning_resources_learningresource"
RUN = "learning_resources_learningresourcerun"
# Columns of a mart that say something about the row and are not delivered.
ABOUT_THE_ROW = frozenset({"row_hash", "built_at"})


def _of_learn(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in MARTS[table].columns if column.name in OWNERSHIP[table].insert_columns)


def _followed(table: str) -> tuple[str, ...]:
    return tuple(name for name in _of_learn(table) if name in OWNERSHIP[table].update_columns)


RESOURCE_COLUMNS = _of_learn(RESOURCE)
"""Columns of a new resource that come from its mart."""
RESOURCE_UPDATES = _followed(RESOURCE)
"""Columns of a stored resource that follow its mart; its platform and type are what it was found by."""
RUN_COLUMNS = _of_learn(RUN)
RUN_UPDATES = _followed(RUN)


@dataclass(frozen=True)
class Received:
    """A table of the warehouse and the session table of Learn's database that receives its rows, column by column."""

    mart: str
    into: str
    columns: tuple[str, ...]


def _received(mart: str, into: str) -> Received:
    return Received(mart, into, tuple(each.name for each in MARTS[mart].columns if each.name not in ABOUT_THE_ROW))


CATALOG_UNIT = _received("catalog_unit", "incoming_unit")

UNIT_TABLES = (
    _received(RESOURCE, "incoming_resource"),
    _received("learning_resources_course", "incoming_course"),
    _received("learning_resources_program", "incoming_program"),
    _received(RUN, "incoming_run"),
    _received("learning_resources_learningresource_topics", "incoming_topic"),
    _received("learning_resources_learningresource_departments", "incoming_department"),
    _received("learning_resources_learningresource_resource_tags", "incoming_tag"),
    _received("learning_resources_learningresource_resource_prices", "incoming_price"),
    _received("learning_resources_learningresourcerun_resource_prices", "incoming_run_price"),
    _received("learning_resources_runinstructorrelationship", "incoming_instructor"),
    _received("learning_resources_learningresourcerelationship", "incoming_child"),
)
