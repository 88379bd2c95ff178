"""Where a delivery writes: Learn's tables with our ledger beside them, or copies of both that nobody else sees.

The statements name no schema; the search path of the session decides. A path of a copy holds that schema alone, so a table that is missing
there is an error and never Learn's own.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from psycopg import sql

from include.contracts.ownership import OWNERSHIP
from include.delivery.schema import ensure_schema, make_tables, version
from include.delivery.statements import Link

LEARN = "public"
REFERENCE = frozenset(
    f"learning_resources_learningresource{name}" for name in ("platform", "offeror", "school", "department", "topic", "topicmapping")
)
"""Tables that the delivery of the reference data writes; a copy shows those of Learn."""
COPIED = tuple(table for table in OWNERSHIP if table not in REFERENCE)
FIRST_NEW_ID = 1_500_000_000
"""Ids of rows that only a dry run has: Learn gives none so high, so none of them is taken for a row of Learn's."""
DIFFERING_COLUMN = """
select from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
where c.relnamespace in ('public'::regnamespace, %(schema)s::regnamespace) and c.relname = any(%(tables)s)
  and a.attnum > 0 and not a.attisdropped
group by c.relname, a.attname, a.attnotnull, format_type(a.atttypid, a.atttypmod)
having count(*) <> 2
limit 1
"""


@dataclass(frozen=True)
class Place:
    """Schemas in which a session finds Learn's tables and the ledger. ``lock`` keeps two deliveries to one place apart."""

    name: str
    schemas: tuple[str, ...]

    @property
    def lock(self) -> int:
        """Key of the advisory lock: the name of Learn's own is "learn-pi" as a 64-bit number."""
        return int.from_bytes(b"learn-pi", "big") + (0 if self == LIVE else zlib.crc32(self.name.encode()))

    def enter(self, connection: Link) -> None:
        """Let the session find its tables here; makes what is missing of our own."""
        if self == LIVE:
            ensure_schema(connection)
        elif self == DRY_RUN:
            _copy_everything(connection)
        else:
            _ensure_shadow(connection)
        connection.execute(sql.SQL("set search_path to {}").format(sql.SQL(", ").join(map(sql.Identifier, self.schemas))))

    def leave(self, connection: Link) -> None:
        """Forget what only this session had."""
        connection.execute("reset search_path")
        if self == DRY_RUN:
            connection.execute("discard temp")


LIVE = Place("learn", (LEARN, "pipelines"))
SHADOW = Place("shadow", ("pipelines_shadow",))
DRY_RUN = Place("dry_run", ("pg_temp",))


def _ensure_shadow(connection: Link) -> None:
    """Make the tables of the shadow like Learn's, anew when Learn's have other columns by now: what it held is delivered again."""
    [schema] = SHADOW.schemas
    with connection.transaction():
        if connection.execute("select to_regnamespace(%s)", [schema]).fetchone() == (None,):
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        if _is_like_learn(connection, schema):
            return
        for kind, name in connection.execute(
            "select case relkind when 'v' then 'view' else 'table' end, relname from pg_class"
            " where relnamespace = to_regnamespace(%s) and relkind in ('r', 'v')",
            [schema],
        ).fetchall():
            connection.execute(sql.SQL("drop {} {}").format(sql.SQL(kind), sql.Identifier(schema, name)))
        _make_copies(connection, schema)
        connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(version())))


def _is_like_learn(connection: Link, schema: str) -> bool:
    """Whether every table is there, as Learn's and the ledger are now."""
    if connection.execute("select obj_description(%s::regnamespace, 'pg_namespace')", [schema]).fetchone() != (version(),):
        return False
    return connection.execute(DIFFERING_COLUMN, {"schema": schema, "tables": list(COPIED)}).fetchone() is None


def _make_copies(connection: Link, schema: str) -> None:
    """Empty tables like Learn's without their foreign keys, views of its reference data, and a ledger."""
    for table in COPIED:
        names = {"copy": sql.Identifier(schema, table), "table": sql.Identifier(LEARN, table)}
        connection.execute(sql.SQL("create table {copy} (like {table} including all)").format(**names))
    for table in REFERENCE:
        names = {"copy": sql.Identifier(schema, table), "table": sql.Identifier(LEARN, table)}
        connection.execute(sql.SQL("create view {copy} as select * from {table}").format(**names))
    make_tables(connection, schema)


def _copy_everything(connection: Link) -> None:
    """Learn's tables and the ledger as they are at one moment, in tables of this session alone."""
    [schema] = DRY_RUN.schemas
    ensure_schema(connection)
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        _make_copies(connection, schema)
        ledger = (
            "delivered_unit",
            "delivered_feed_item",
            "held_removal",
            "pending_reference",
            "delivery_run",
            "made_feed_image",
            "feed_mode",
        )
        for source, table in (*((LEARN, table) for table in COPIED), *(("pipelines", table) for table in ledger)):
            names = {"copy": sql.Identifier(schema, table), "table": sql.Identifier(source, table)}
            connection.execute(sql.SQL("insert into {copy} overriding system value select * from {table}").format(**names))
            connection.execute(sql.SQL("analyze {copy}").format(**names))
        for (sequence,) in connection.execute(
            "select pg_get_serial_sequence(c.oid::regclass::text, a.attname)"
            " from pg_class as c join pg_attribute as a on a.attrelid = c.oid"
            " where c.relnamespace = pg_my_temp_schema() and c.relkind = 'r' and a.attidentity <> ''"
        ).fetchall():
            connection.execute("select setval(%s::regclass, %s)", [sequence, FIRST_NEW_ID])
