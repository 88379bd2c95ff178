"""The generated DDL makes the database that Learn's own migrations make."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from include.contracts.ddl import STUB_USERS, schema_sql

CATALOG = {
    "columns": """
        select c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
               pg_get_expr(d.adbin, d.adrelid)
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    """,
    # Columns and definition, not names: Learn's carry a hash of its migrations. Since Postgres 18 NOT NULL is a
    # constraint as well; the columns above tell it on every version.
    "constraints": """
        select conrelid::regclass::text, contype::text, pg_get_constraintdef(oid), condeferrable, condeferred,
               confdeltype::text, confupdtype::text
        from pg_constraint
        where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'c', 'f')
    """,
    "check names": """
        select conrelid::regclass::text, conname
        from pg_constraint where connamespace = 'public'::regnamespace and contype = 'c'
    """,
    "indexes": """
        select tablename, regexp_replace(indexdef, ' INDEX \\S+ ON ', ' INDEX ON ')
        from pg_indexes where schemaname = 'public'
    """,
    "sequences": """
        select t.relname, a.attname, s.seqtypid::regtype::text, s.seqstart, s.seqincrement, s.seqmax, s.seqcache
        from pg_sequence s
        join pg_depend p on p.objid = s.seqrelid and p.deptype = 'i'
        join pg_class t on t.oid = p.refobjid
        join pg_attribute a on a.attrelid = t.oid and a.attnum = p.refobjsubid
    """,
}


def catalog(dsn: str) -> dict[str, list[tuple[object, ...]]]:
    """What Postgres knows of the tables of schema ``public``."""
    with psycopg.connect(dsn) as connection:
        return {what: sorted(connection.execute(query).fetchall(), key=repr) for what, query in CATALOG.items()}


@pytest.fixture
def learn_dump(shared_data: Path) -> str:
    """Learn's own dump, without the lines that only psql understands."""
    return re.sub(r"^\\.*$", "", (shared_data / "learn" / "learn_schema.sql").read_text(), flags=re.M)


def test_the_ddl_makes_the_same_database_as_learns_migrations(fresh_database: Callable[[str], str], learn_dump: str) -> None:
    real, ours = fresh_database("real"), fresh_database("ours")
    with psycopg.connect(real) as connection:
        connection.execute(STUB_USERS)
        connection.execute(learn_dump)
    with psycopg.connect(ours) as connection:
        connection.execute(schema_sql())
    expected, found = catalog(real), catalog(ours)
    for what in CATALOG:
        assert len(expected[what]) > 3, f"nothing to compare: {what}"
        assert set(found[what]) ^ set(expected[what]) == set(), what
        assert found[what] == expected[what], what


def test_the_ddl_leaves_an_existing_users_table_alone(fresh_database: Callable[[str], str]) -> None:
    with psycopg.connect(fresh_database("ours")) as connection:
        connection.execute("create table users_user (id bigint primary key, email text)")
        connection.execute("insert into users_user values (7, 'a@example.org')")
        connection.execute(schema_sql())
        connection.execute(
            "insert into learning_resources_userlist (created_on, updated_on, title, description, privacy_level, author_id)"
            " values (now(), now(), 'mine', '', 'private', 7)"
        )
        assert connection.execute("select email from users_user").fetchall() == [("a@example.org",)]
