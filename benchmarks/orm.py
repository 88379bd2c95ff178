"""The same units written row by row through an ORM, as an application's own loader does it: what delivery is measured against.

An honest small one: SQLAlchemy with a session per unit, get-or-create by the same natural keys, one flush where an id is needed, one
commit per unit, and its line in the outbox. Kinder to the ORM than a real loader is: what is delivered lies ready as Python values, the
reference rows (platforms, offerors, departments, topics) are looked up once, and nothing is removed.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import create_engine, select, text
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session

from include.delivery import ensure_schema
from include.delivery.columns import RESOURCE_COLUMNS, RUN_COLUMNS, UNIT_TABLES
from include.delivery.details import DETAILS
from include.local.schemas import LEARN_SCHEMA
from include.local.settings import Settings

PREFIX = "learning_resources_"
RESOURCE = "learningresource"
DATABASE = "bench_orm"
REFERENCE = ("platform", "offeror", "school", "department", "topic")
KINDS = ("course", "program", "video", "podcast", "podcast_episode", "document")
"""All but playlists, which need a channel first."""
SAMPLE = "select resource_key from marts.catalog_unit where not is_removed and resource_type = any(%s) order by md5(resource_key) limit %s"
OUTBOX = (
    "insert into pipelines.outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)"
    " values (:id, :type, :source, 'changed', :now, 'orm')"
)

Row = dict[str, Any]
Unit = Mapping[str, Sequence[Row]]
"""Mart (without the common beginning of its name) -> rows of one unit."""


def units_per_second(settings: Settings, units: int = 500) -> float:
    """Write a sample of the marts' units into an empty Learn database of its own, which is dropped afterwards."""
    sample = _read(settings, units)
    with psycopg.connect(settings.admin_dsn, autocommit=True) as admin:
        name = sql.Identifier(DATABASE)
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        admin.execute(sql.SQL("create database {}").format(name))
        try:
            _prepare(settings)
            engine = create_engine(settings.admin_dsn_of(DATABASE).replace("postgresql://", "postgresql+psycopg://"))
            try:
                loader = RowByRow(engine)
                began = time.monotonic()
                for unit in sample:
                    loader.write(unit)
                return len(sample) / (time.monotonic() - began)
            finally:
                engine.dispose()
        finally:
            admin.execute(sql.SQL("drop database {} with (force)").format(name))


def _read(settings: Settings, units: int) -> list[Unit]:
    with closing(psycopg.connect(settings.admin_dsn_of("warehouse"), row_factory=dict_row)) as warehouse:
        keys = [row["resource_key"] for row in warehouse.execute(SAMPLE.encode(), [list(KINDS), units])]
        found: dict[str, dict[str, list[Row]]] = {key: defaultdict(list) for key in keys}
        for table in UNIT_TABLES:
            query = sql.SQL("select * from marts.{} where resource_key = any(%s)").format(sql.Identifier(table.mart))
            for row in warehouse.execute(query, [keys]):
                found[row["resource_key"]][table.mart.removeprefix(PREFIX)].append(row)
    return list(found.values())


def _prepare(settings: Settings) -> None:
    """Learn's tables, with the reference rows that delivery found in Learn."""
    with (
        psycopg.connect(settings.admin_dsn_of(DATABASE), autocommit=True) as target,
        psycopg.connect(settings.admin_dsn_of("learn")) as learn,
    ):
        target.execute(LEARN_SCHEMA.read_bytes())
        target.execute("set search_path to public")
        ensure_schema(target)
        for kind in REFERENCE:
            table = sql.Identifier(f"{PREFIX}{RESOURCE}{kind}")
            with (
                learn.cursor().copy(sql.SQL("copy {} to stdout").format(table)) as out,
                target.cursor().copy(sql.SQL("copy {} from stdin").format(table)) as into,
            ):
                for block in out:
                    into.write(block)


class RowByRow:
    """Writes unit after unit."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        base = automap_base()
        base.prepare(autoload_with=engine)
        self.tables = base.classes
        self.now = datetime.now(UTC)
        with Session(engine) as session:
            self.topics = {row.name: row.id for row in session.scalars(select(self._of(f"{RESOURCE}topic")))}

    def write(self, unit: Unit) -> None:
        """Get or create everything of a unit, in one transaction."""
        with Session(self.engine) as session:
            self.session = session
            [row] = unit[RESOURCE]
            resource = self._put(
                RESOURCE,
                {name: row[name] for name in ("platform_id", "resource_type", "readable_id")},
                {name: row[name] for name in RESOURCE_COLUMNS}
                | {"image_id": self._image(row), "test_mode": False, "require_summaries": False},
            )
            self._detail(unit, resource.id)
            self._links(unit, resource.id)
            for run in unit.get(f"{RESOURCE}run", ()):
                self._run(unit, run, resource.id)
            told = {"id": resource.id, "type": row["resource_type"], "source": row["etl_source"], "now": self.now}
            session.execute(text(OUTBOX), told)
            session.commit()

    def _detail(self, unit: Unit, resource_id: int) -> None:
        for detail in DETAILS:
            name = detail.table.removeprefix(PREFIX)
            for row in unit.get(name, ()):
                self._put(name, {"learning_resource_id": resource_id}, {each: row[each] for each in detail.columns} | dict(detail.new))

    def _links(self, unit: Unit, resource_id: int) -> None:
        of = {"learningresource_id": resource_id}
        for row in unit.get(f"{RESOURCE}_topics", ()):
            if row["topic_name"] in self.topics:
                self._link(f"{RESOURCE}_topics", of | {"learningresourcetopic_id": self.topics[row["topic_name"]]})
        for row in unit.get(f"{RESOURCE}_departments", ()):
            self._link(f"{RESOURCE}_departments", of | {"learningresourcedepartment_id": row["department_id"]})
        for row in unit.get(f"{RESOURCE}_resource_tags", ()):
            tag = self._put(f"{RESOURCE}contenttag", {"name": row["tag_name"]}, {})
            self._link(f"{RESOURCE}_resource_tags", of | {"learningresourcecontenttag_id": tag.id})
        for row in unit.get(f"{RESOURCE}_resource_prices", ()):
            self._link(f"{RESOURCE}_resource_prices", of | {"learningresourceprice_id": self._price(row)})

    def _run(self, unit: Unit, row: Row, resource_id: int) -> None:
        values = {name: row[name] for name in RUN_COLUMNS} | {"image_id": self._image(row)}
        run = self._put(f"{RESOURCE}run", {"learning_resource_id": resource_id, "run_id": row["run_id"]}, values)
        for price in _of_run(unit, f"{RESOURCE}run_resource_prices", row):
            self._link(f"{RESOURCE}run_resource_prices", {"learningresourcerun_id": run.id, "learningresourceprice_id": self._price(price)})
        for told in _of_run(unit, "runinstructorrelationship", row):
            names = {"first_name": told["first_name"], "last_name": told["last_name"]}
            person = self._put(f"{RESOURCE}instructor", {"full_name": told["full_name"]}, names)
            self._put("runinstructorrelationship", {"run_id": run.id, "instructor_id": person.id}, {"position": told["position"]})

    def _image(self, row: Row) -> int | None:
        if row["image_url"] is None:
            return None
        key = {"url": row["image_url"], "description": row["image_description"], "alt": row["image_alt"]}
        return int(self._put(f"{RESOURCE}image", key, {}).id)

    def _price(self, row: Row) -> int:
        return int(self._put(f"{RESOURCE}price", {"amount": row["amount"], "currency": row["currency"]}, {}).id)

    def _put(self, name: str, key: Row, values: Row) -> Any:
        """Django's `update_or_create`: one query to look, one to write."""
        kind = self._of(name)
        found = self.session.scalars(select(kind).filter_by(**key).limit(1)).first()
        if found is None:
            found = kind(**(key | values), created_on=self.now, updated_on=self.now)
            self.session.add(found)
        else:
            for column, value in values.items():
                setattr(found, column, value)
        self.session.flush()
        return found

    def _link(self, name: str, key: Row) -> None:
        kind = self._of(name)
        if self.session.scalars(select(kind).filter_by(**key).limit(1)).first() is None:
            self.session.add(kind(**key))

    def _of(self, name: str) -> Any:
        return self.tables[PREFIX + name]


def _of_run(unit: Unit, name: str, run: Row) -> list[Row]:
    return [row for row in unit.get(name, ()) if row["run_id"] == run["run_id"]]
