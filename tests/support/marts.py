"""Synthetic marts: the tables that delivery reads, filled with units that a test describes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from include.contracts.marts import MARTS
from include.delivery.columns import (
    ABOUT_THE_ROW,
    CATALOG_UNIT,
    ITEM_TABLES,
    NEWS_SOURCES,
    RESOURCE_COLUMNS,
    RUN_COLUMNS,
    UNIT_TABLES,
    Received,
)

EVERYTHING = ("runs", "prices", "instructors", "topics", "departments", "tags", "image", "relationships")
VARCHAR = re.compile(r"(character varying|varchar)\(\d+\)")
START = datetime(2026, 9, 1, tzinfo=UTC)
TAXONOMY = """
create schema if not exists reference;
create table reference.platforms (code text, name text, url text, is_edx boolean, has_content_files boolean);
create table reference.offerors (code text, name text, professional boolean, offerings text, audience text, formats text, fee text,
    certifications text, content_types text, more_information text, value_prop text, display_facet boolean);
create table reference.schools (id integer, name text, url text);
create table reference.departments (department_id text, name text, school_id integer);
create table reference.topics (topic_uuid text, name text, parent_name text, icon text);
create table reference.topic_mappings (offeror_code text, topic_name text, mapped_to text);
"""
TAXONOMY_ROWS = """
insert into reference.platforms values ('xpro', 'MIT xPRO', 'https://xpro.mit.edu/', true, true),
    ('ocw', 'MIT OpenCourseWare', 'https://ocw.mit.edu/', false, true),
    ('mitxonline', 'MITx Online', 'https://mitxonline.mit.edu', true, true),
    ('youtube', 'YouTube', 'https://www.youtube.com/', false, false), ('podcast', 'Podcast', '', false, false);
insert into reference.offerors select code, name, true, '["Courses"]', '[]', '["Online"]', '[]', '[]', '[]', '', 'Why', true
    from (values ('xpro', 'MIT xPRO'), ('ocw', 'MIT OpenCourseWare'), ('mitx', 'MITx')) as o (code, name);
insert into reference.schools values (1, 'School of Engineering', 'https://engineering.mit.edu/'), (2, 'School of Science', 'https://science.mit.edu/');
insert into reference.departments values ('6', 'Electrical Engineering', 1), ('18', 'Mathematics', 2), ('PE', 'Physical Education', null);
insert into reference.topics values ('c06109bf-cff8-4873-b04b-f5e66e3e1764', 'Computing', null, 'RiRobot2Line'),
    ('de563de2-a548-4a41-9fe5-9b6be9511c01', 'Algorithms', 'Computing', ''), ('2d7e3f48-c34f-45c6-96dd-f46570f40778', 'Energy', null, '');
insert into reference.topic_mappings values ('xpro', 'Coding', 'Algorithms'), ('xpro', 'Power', 'Energy'), ('mitx', 'Coding', 'Computing');
"""


@dataclass(frozen=True)
class Run:
    """A run of a unit; ``values`` overrides any column."""

    run_id: str
    prices: tuple[str, ...] = ("100.00",)
    instructors: tuple[tuple[str, str, str], ...] = ()
    image: tuple[str, str, str] | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unit:
    """A resource with all that hangs on it; ``values`` overrides any column of the resource."""

    readable_id: str
    source: str = "xpro"
    platform: str = "xpro"
    resource_type: str = "course"
    published: bool = True
    is_removed: bool = False
    provided: tuple[str, ...] = EVERYTHING
    runs: tuple[Run, ...] = (Run("r1"),)
    topics: tuple[str, ...] = ("Algorithms", "Computing")
    departments: tuple[str, ...] = ("6",)
    tags: tuple[str, ...] = ()
    prices: tuple[str, ...] = ("100.00",)
    image: tuple[str, str | None, str | None] | None = ("https://img/1.png", None, "one")
    children: tuple[tuple[str, str], ...] = ()
    channel: tuple[str, str] = ("UC1", "A channel")
    parent: str | None = None
    source_created_at: datetime | None = None
    force_ingest: bool = False
    best_run: str | None = "r1"
    created_hint: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.platform}|{self.resource_type}|{self.readable_id}"

    def but(self, **changes: Any) -> Unit:
        """The unit with some of it different."""
        return replace(self, **changes)

    def titled(self, title: str) -> Unit:
        return self.but(values={**self.values, "title": title})


def create_marts(warehouse: psycopg.Connection) -> None:
    """Create the marts as the contract has them, but texts of any length: what is too long must fail in Learn as well."""
    warehouse.execute("create schema marts; create schema ops")
    warehouse.execute("create table ops.mart_state (mart text primary key, state text, building_run text)")
    warehouse.execute("create table ops.loads (source text, observed_at timestamptz)")
    warehouse.execute(TAXONOMY)
    for table in (CATALOG_UNIT, *UNIT_TABLES, NEWS_SOURCES, *ITEM_TABLES):
        columns = [
            f'"{column.name}" {VARCHAR.sub("text", column.sql_type)}'
            for column in MARTS[table.mart].columns
            if column.name not in ABOUT_THE_ROW
        ]
        warehouse.execute(f"create table marts.{table.mart} ({', '.join(columns)})")
        warehouse.execute(f"create index on marts.{table.mart} ({table.key})")


def empty(connection: psycopg.Connection, *schemas: str) -> None:
    """Delete all rows of the schemas, foreign keys or not."""
    tables = connection.execute(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind = 'r' and n.nspname = any(%s)",
        [list(schemas)],
    ).fetchall()
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        connection.execute("; ".join(f"delete from {table}" for (table,) in tables) or "select 1")


class Marts:
    """The warehouse of a test."""

    def __init__(self, warehouse: psycopg.Connection) -> None:
        self.connection = warehouse

    def fill_taxonomy(self) -> None:
        """A small taxonomy with every kind of row."""
        self.connection.execute(TAXONOMY_ROWS)

    def publish(self, state: str = "published") -> None:
        for mart in ("catalog", "news"):
            self.connection.execute(
                "insert into ops.mart_state values (%s, %s, 'transform-7') on conflict (mart) do update set state = excluded.state",
                [mart, state],
            )

    def copy_rows(self, table: Received, rows: Iterable[list[Any]]) -> None:
        """Add rows to a mart."""
        names = sql.SQL(", ").join(map(sql.Identifier, table.columns))
        target = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("marts", table.mart), names)
        with self.connection.cursor().copy(target) as copy:
            for row in rows:
                copy.write_row(row)

    def put(self, *units: Unit) -> None:
        """Add units, or replace those of the same key."""
        self.drop(*(unit.key for unit in units))
        with self.connection.transaction():
            for table in (CATALOG_UNIT, *UNIT_TABLES):
                self.copy_rows(table, ([unit.key, *row] for unit in units for row in ROWS[table.into](unit)))

    def remove(self, *units: Unit) -> None:
        """What the transformation makes of a record that is gone upstream."""
        self.put(*(unit.but(is_removed=True, published=False) for unit in units))

    def drop(self, *keys: str) -> None:
        """Take units out of the marts altogether."""
        for table in (CATALOG_UNIT, *UNIT_TABLES):
            self.connection.execute(
                sql.SQL("delete from {} where resource_key = any(%s)").format(sql.Identifier("marts", table.mart)), [list(keys)]
            )


def _head(unit: Unit) -> Iterator[list[Any]]:
    digest = hashlib.sha256(json.dumps(asdict(unit), sort_keys=True, default=str).encode()).hexdigest()
    yield [
        unit.source,
        unit.platform,
        unit.resource_type,
        unit.readable_id,
        digest,
        unit.is_removed,
        unit.published,
        list(unit.provided),
        unit.best_run,
        unit.created_hint,
    ]


def _filled(names: Iterable[str], values: dict[str, Any]) -> list[Any]:
    return [values.get(name) for name in names]


SHARED_COLUMNS: dict[str, Any] = {
    "languages": ["en"],
    "delivery": ["online"],
    "format": ["asynchronous"],
    "pace": ["self_paced"],
    "location": "",
    "duration": "4 weeks",
    "time_commitment": "",
    "availability": "dated",
}


def _resource(unit: Unit) -> Iterator[list[Any]]:
    values = {
        **SHARED_COLUMNS,
        "readable_id": unit.readable_id,
        "title": f"Title of {unit.readable_id}",
        "description": "A tab\t, a \\ backslash and a\nnew line",
        "url": f"https://example.edu/{unit.readable_id}/",
        "resource_type": unit.resource_type,
        "resource_category": unit.resource_type.capitalize(),
        "platform_id": unit.platform,
        "offered_by_id": {"mitxonline": "mitx", "youtube": "mitx", "podcast": None}.get(unit.platform, unit.platform),
        "etl_source": unit.source,
        "published": unit.published,
        "professional": True,
        "certification": True,
        "certification_type": "professional",
        "prices": list(unit.prices),
        "completeness": 0.5,
        "license_cc": False,
        "ocw_topics": [],
        **unit.values,
    }
    yield [*_filled(RESOURCE_COLUMNS, values), *(unit.image or (None, None, None)), unit.force_ingest, unit.source_created_at]


def _runs(unit: Unit) -> Iterator[list[Any]]:
    for run in unit.runs:
        values = {
            **SHARED_COLUMNS,
            "run_id": run.run_id,
            "title": f"Run {run.run_id}",
            "published": True,
            "level": ["graduate"],
            "start_date": START,
            "prices": list(run.prices),
            "is_b2b": False,
            "is_variant": False,
            **run.values,
        }
        yield [*_filled(RUN_COLUMNS, values), *(run.image or (None, None, None))]


def _children(unit: Unit) -> Iterator[list[Any]]:
    for position, (kind, child) in enumerate(unit.children):
        relation = "COURSE_LEARNING_MATERIALS" if unit.resource_type == "course" else RELATIONS[kind]
        yield [f"{unit.platform}|{kind}|{child}", unit.platform, kind, child, relation, position]


def _playlist(unit: Unit) -> Iterator[list[Any]]:
    parent = ["ocw", "course", unit.parent] if unit.parent else [None] * 3
    yield [*unit.channel, "|".join(parent) if unit.parent else None, *parent]


def _instructors(unit: Unit) -> Iterator[list[Any]]:
    for run in unit.runs:
        for position, (full, first, last) in enumerate(run.instructors):
            yield [run.run_id, position, full, first, last]


def _detail(resource_type: str, row: Callable[[Unit], Iterable[list[Any]]]) -> Callable[[Unit], Iterable[list[Any]]]:
    return lambda unit: row(unit) if unit.resource_type == resource_type else []


RELATIONS = {
    "course": "PROGRAM_COURSES",
    "program": "PROGRAM_PROGRAMS",
    "video": "PLAYLIST_VIDEOS",
    "podcast_episode": "PODCAST_EPISODES",
}
ROWS: dict[str, Callable[[Unit], Iterable[list[Any]]]] = {
    "incoming_unit": _head,
    "incoming_resource": _resource,
    "incoming_course": _detail("course", lambda unit: [[Jsonb([{"value": unit.readable_id}])]]),
    "incoming_program": _detail("program", lambda _unit: [[]]),
    "incoming_video": _detail("video", lambda _unit: [["PT1H2M3S", Jsonb([]), "", ""]]),
    "incoming_playlist": _detail("video_playlist", _playlist),
    "incoming_podcast": _detail("podcast", lambda unit: [[None, None, f"https://{unit.readable_id}"]]),
    "incoming_episode": _detail("podcast_episode", lambda unit: [[None, "PT9S", "<item/>", f"https://sound/{unit.readable_id}"]]),
    "incoming_run": _runs,
    "incoming_topic": lambda unit: [[name] for name in unit.topics],
    "incoming_department": lambda unit: [[name] for name in unit.departments],
    "incoming_tag": lambda unit: [[name] for name in unit.tags],
    "incoming_price": lambda unit: [[amount, "USD"] for amount in unit.prices],
    "incoming_run_price": lambda unit: [[run.run_id, amount, "USD"] for run in unit.runs for amount in run.prices],
    "incoming_instructor": _instructors,
    "incoming_child": _children,
}
