"""What two places hold of the same units, compared field by field (``sql/difference.sql``): what a dry run would do, how the shadow agrees.

Units are compared in portions, so that memory does not grow with the catalogue; only differences are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from psycopg import sql

from include.delivery import statements
from include.delivery.columns import RESOURCE_UPDATES, RUN_UPDATES
from include.delivery.details import DETAILS
from include.delivery.place import LEARN
from include.delivery.statements import Link

PORTION = 2000
STAFFS = ("test_mode", "require_summaries")
"""Flags of Learn's staff that a source may set once: a dry run tells it; what Learn's own loaders did is not judged by them."""
IDS = frozenset({"learning_resource_id", "parent_learning_resource_id"})
TABLES = ("compared_unit", "fact_before", "fact_after", "difference")


def make_tables(learn: Link) -> None:
    """Make the session tables of a comparison, empty."""
    drop_tables(learn)
    statements.run(learn, [statements.find("difference", name) for name in TABLES], {}, {})


def drop_tables(learn: Link) -> None:
    """Drop those that are there."""
    for name in TABLES:
        learn.execute(sql.SQL("drop table if exists {}").format(sql.Identifier("pg_temp", name)))


def compare(learn: Link, schemas: Sequence[str], units: str, *, left_out: Collection[str] = ()) -> None:
    """Fill ``difference`` with how Learn's tables and those of ``schemas`` differ.

    :param units: the question that says which of ``compared_unit`` are compared field by field.
    :param left_out: columns of the resource that are no difference.
    """
    learn.execute("analyze compared_unit")
    keys = [key for (key,) in learn.execute(statements.find("difference", units).compose({})).fetchall()]
    columns = [name for name in (*RESOURCE_UPDATES, *STAFFS) if name not in left_out]
    for start in range(0, len(keys), PORTION):
        some = keys[start : start + PORTION]
        learn.execute("truncate fact_before, fact_after")
        _gather(learn, "before", (LEARN,), columns, some)
        _gather(learn, "after", schemas, columns, some)
        statements.run(learn, [statements.find("difference", "compare")], {}, {})


def _gather(learn: Link, side: str, schemas: Sequence[str], columns: Sequence[str], keys: list[str]) -> None:
    """Write down what a place holds of some units. Their tables are found by the search path, those of the session always."""
    names: dict[str, Any] = {
        "facts": sql.Identifier("pg_temp", f"fact_{side}"),
        "id": sql.Identifier(f"{side}_id"),
        "r_columns": statements.columns(columns, "r"),
        "n_columns": statements.columns(RUN_UPDATES, "n"),
    }
    before = learn.execute("select current_setting('search_path')").fetchone()
    path = sql.SQL(", ").join(map(sql.Identifier, (*schemas, "pg_temp")))
    learn.execute(sql.SQL("set search_path to {}").format(path))
    try:
        statements.run(learn, [statements.find("difference", "gather")], {"keys": keys}, names)
        for detail in DETAILS:
            told = [name for name in detail.columns if name not in IDS]
            if told:
                of_detail = {**names, "detail": sql.Identifier(detail.table), "d_columns": statements.columns(told, "d")}
                statements.run(learn, [statements.find("difference", "gather_detail")], {"keys": keys}, of_detail)
    finally:
        learn.execute("select set_config('search_path', %s, false)", before)
