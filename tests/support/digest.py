"""Digests of Learn's database that do not depend on surrogate ids, to compare two databases or two moments of one."""

from __future__ import annotations

from collections.abc import Collection

import psycopg
from psycopg import sql

RESOURCE = "learning_resources_learningresource"
RUN = "learning_resources_learningresourcerun"
TIMES = ("created_on", "updated_on", "delivered_at", "created_at", "started_at", "finished_at", "held_at")
# How a row that others refer to by a surrogate id is told apart; {id} is the reference.
NATURAL_KEYS = {
    RESOURCE: f"(select concat_ws('|', n.platform_id, n.resource_type, n.readable_id) from {RESOURCE} n where n.id = {{id}})",
    RUN: f"(select concat_ws('|', o.platform_id, o.resource_type, o.readable_id, n.run_id) from {RUN} n"
    f" join {RESOURCE} o on o.id = n.learning_resource_id where n.id = {{id}})",
    **{
        f"{RESOURCE}{suffix}": f"(select {value} from {RESOURCE}{suffix} n where n.id = {{id}})"
        for suffix, value in {
            "image": "jsonb_build_array(n.url, n.description, n.alt)::text",
            "price": "n.currency || n.amount",
            "instructor": "n.full_name",
            "contenttag": "n.name",
            "topic": "n.name",
            "school": "n.name",
        }.items()
    },
    **{
        f"news_events_feed{name}": f"(select {value} from news_events_feed{name} n where n.id = {{id}})"
        for name, value in {"image": "jsonb_build_array(n.url, n.description, n.alt)::text", "source": "n.url", "item": "n.guid"}.items()
    },
}
FOREIGN_KEYS = """
select c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
where c.contype = 'f' and c.connamespace = 'public'::regnamespace
"""
TABLES = "select relname from pg_class where relkind = 'r' and relnamespace = %s::regnamespace order by relname"


def learn_digest(connection: psycopg.Connection, *, times: bool = False, ids: bool = False) -> dict[str, str]:
    """Digest per table of schema ``public``: equal when the tables hold the same rows.

    :param times: whether ``created_on`` and ``updated_on`` count.
    :param ids: whether surrogate ids count: true compares two moments of one database, false two databases.
    """
    references: dict[str, dict[str, str]] = {}
    for table, column, target in connection.execute(FOREIGN_KEYS).fetchall():
        references.setdefault(table, {})[column] = target
    tables = [table for (table,) in connection.execute(TABLES, ["public"]).fetchall()]
    return {
        table: _digest(connection, "public", table, {} if ids else references.get(table, {}), _left_out(times, ids)) for table in tables
    }


def pipelines_digest(connection: psycopg.Connection, tables: Collection[str]) -> dict[str, str]:
    """Digest per table of schema ``pipelines``, without times, run keys and surrogate ids."""
    left_out = [*_left_out(times=False, ids=False), "run_key", "sequence", "held_removal_id"]
    with_resource = {
        table
        for (table,) in connection.execute(
            "select attrelid::regclass::text from pg_attribute where attname = 'resource_id' and attrelid = any(%s::regclass[])",
            [[f"pipelines.{table}" for table in tables]],
        ).fetchall()
    }
    return {
        table: _digest(connection, "pipelines", table, {"resource_id": RESOURCE} if f"pipelines.{table}" in with_resource else {}, left_out)
        for table in tables
    }


def _left_out(times: bool, ids: bool) -> list[str]:
    return [*(() if times else TIMES), *(() if ids else ("id",))]


def _digest(connection: psycopg.Connection, schema: str, table: str, references: dict[str, str], left_out: list[str]) -> str:
    query = sql.SQL("select count(*) || ' ' || coalesce(md5(string_agg(line, chr(10) order by line collate \"C\")), '') from ({}) as lines")
    return connection.execute(query.format(_lines(schema, table, references)), [left_out]).fetchone()[0]


def learn_lines(connection: psycopg.Connection, table: str) -> set[str]:
    """The rows of a table as `learn_digest` counts them, to say where two differ."""
    references = {column: target for name, column, target in connection.execute(FOREIGN_KEYS).fetchall() if name == table}
    return {line for (line,) in connection.execute(_lines("public", table, references), [_left_out(times=False, ids=False)]).fetchall()}


def _lines(schema: str, table: str, references: dict[str, str]) -> sql.Composed:
    """A query of each row as one line of text; its parameter names the columns that are left out."""
    replaced = sql.SQL(", ").join(
        sql.SQL("{}, {}").format(
            sql.Literal(column), sql.SQL(NATURAL_KEYS[target]).format(id=sql.SQL("t.{}").format(sql.Identifier(column)))
        )
        for column, target in references.items()
        if target in NATURAL_KEYS
    )
    query = sql.SQL("select ((to_jsonb(t) - %s::text[]) || jsonb_build_object({}))::text as line from {} t")
    return query.format(replaced, sql.Identifier(schema, table))


def row_versions(connection: psycopg.Connection, schema: str = "public") -> dict[str, dict[str, str]]:
    """Of each table: each row's place and the transaction that wrote it. A row that nobody touched keeps both."""
    return {
        table: dict(connection.execute(sql.SQL("select ctid::text, xmin::text from {}").format(sql.Identifier(schema, table))).fetchall())
        for (table,) in connection.execute(TABLES, [schema]).fetchall()
    }
