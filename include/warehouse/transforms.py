"""What a transform has to build, and whether the catalogue's marts may be read: the ledger tables `ops.transforms` and `ops.mart_state`.

A transform remembers the highest raw version of each table that it could see. The next one builds what has newer versions, what the
clock alone changes, and everything when the dbt project is another one. Only transforms that were published count as seen; so what
a failed or killed one had begun is selected again until a run has built and tested it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection, sql

MART = "catalog"
EVERYTHING = "fqn:*"
PROJECT = "project"
"""Key, in `max_versions`, of the hash of the dbt project that was built."""
BUILD_LOCK = 0x5C4E3A02
"""Advisory lock of the one dbt that writes the marts. Airflow's pool does not know of a dbt whose worker was killed and which still runs."""


@dataclass(frozen=True)
class Plan:
    """A dbt selection (empty: nothing to do), with the reasons in words, and what will have been seen when it is built."""

    select: str
    full_refresh: bool
    reasons: list[str]
    seen: dict[str, int | str]

    def as_json(self) -> dict[str, Any]:
        """For Airflow's XCom."""
        return asdict(self)


@dataclass(frozen=True)
class MartState:
    """Who builds the marts, and who published them last."""

    state: str
    building_run: str | None
    published_run: str | None


def ledger_exists(connection: Connection[Any]) -> bool:
    """Whether anything was ever loaded: the first load makes the schemas `raw` and `ops`."""
    row = connection.execute("select to_regclass('ops.transforms') is not null").fetchone()
    return bool(row and row[0])


def plan(
    connection: Connection[Any], run: str, *, sources: Mapping[str, str], project: str, now: datetime, rebuild: bool, cleared: bool
) -> Plan:
    """What this run has to build.

    :param run: DAG run id.
    :param sources: raw table (`mitxonline__courses`) -> dbt selector of the source that reads it (`source:raw.mitxonline__courses`).
    :param project: hash of the dbt project.
    :param rebuild: a person asked for everything, in full.
    :param cleared: a person cleared the run: what it had selected is rebuilt in full, with what is new since.
    """
    highest = _highest_versions(connection, sources)
    seen = _seen(connection)
    selected: dict[str, str] = {}
    if rebuild:
        selected[EVERYTHING] = "a rebuild of everything was asked for"
    if seen.get(PROJECT) != project:
        selected[EVERYTHING] = "the dbt project (models, macros or seeds) is another one than was built last"
    if cleared:
        selected |= dict.fromkeys(_recorded(connection, run), "the run was cleared, it had built this")
    state = mart_state(connection)
    if state and state.building_run:
        selected |= dict.fromkeys(_recorded(connection, state.building_run), f"{state.building_run} did not finish it")
    for table, version in highest.items():
        if version > int(seen.get(table, 0)):
            selected[f"{sources[table]}+"] = f"raw.{table} has versions up to {version}, built up to {seen.get(table, 0)}"
    for model in _due(connection, now):
        selected[f"{model}+"] = f"rows of {model} change by the clock"
    if EVERYTHING in selected:
        selected = {EVERYTHING: selected[EVERYTHING]}
    full_refresh = bool(selected) and (rebuild or cleared or seen.get(PROJECT) != project)
    reasons = [f"{select}: {why}" for select, why in sorted(selected.items())]
    return Plan(" ".join(sorted(selected)), full_refresh, reasons, {**highest, PROJECT: project})


def _highest_versions(connection: Connection[Any], tables: Iterable[str]) -> dict[str, int]:
    highest = {}
    for table in sorted(tables):
        query = sql.SQL("select coalesce(max(version_id), 0) from raw.{}").format(sql.Identifier(table))
        row = connection.execute(query).fetchone()
        highest[table] = int(row[0]) if row else 0
    return highest


def _seen(connection: Connection[Any]) -> dict[str, int | str]:
    rows = connection.execute(
        """
        select distinct on (versions.key) versions.key, versions.value
        from ops.transforms, jsonb_each_text(max_versions) as versions
        where status = 'succeeded'
        order by
            versions.key,
            case when versions.key <> %(project)s then versions.value::bigint end desc,
            finished_at desc
        """,
        {"project": PROJECT},
    ).fetchall()
    return {key: value if key == PROJECT else int(value) for key, value in rows}


def _recorded(connection: Connection[Any], run: str) -> list[str]:
    row = connection.execute("select selection from ops.transforms where dag_run_id = %s", [run]).fetchone()
    return row[0].split() if row else []


def _due(connection: Connection[Any], now: datetime) -> list[str]:
    """Models with rows for which the clock passed the moment at which a date rule changes their outcome."""
    tables = connection.execute(
        """
        select tables.table_schema, tables.table_name
        from information_schema.columns
        join information_schema.tables using (table_schema, table_name)
        where column_name = 'next_change_at' and table_type = 'BASE TABLE'
            and tables.table_schema in ('staging', 'intermediate', 'marts')
        """
    ).fetchall()
    due = []
    for schema, table in tables:
        query = sql.SQL("select exists (select from {} where next_change_at <= %s)").format(sql.Identifier(schema, table))
        row = connection.execute(query, [now]).fetchone()
        if row and row[0]:
            due.append(table)
    return sorted(due)


def begin(connection: Connection[Any], run: str, *, as_of: datetime, chosen: Plan) -> None:
    """Record the transform and close the marts to readers, before dbt touches anything. A run that begins takes over from any other."""
    with connection.transaction():
        connection.execute(
            """
            insert into ops.transforms (dag_run_id, started_at, as_of, selection, full_refresh, status, max_versions)
            values (%(run)s, now(), %(as_of)s, %(select)s, %(full)s, 'running', %(seen)s)
            on conflict (dag_run_id) do update set
                started_at = excluded.started_at, finished_at = null, as_of = excluded.as_of, selection = excluded.selection,
                full_refresh = excluded.full_refresh, status = excluded.status, max_versions = excluded.max_versions
            """,
            {"run": run, "as_of": as_of, "select": chosen.select, "full": chosen.full_refresh, "seen": json.dumps(chosen.seen)},
        )
        connection.execute(
            """
            insert into ops.mart_state (mart, state, building_run) values (%s, 'building', %s)
            on conflict (mart) do update set state = excluded.state, building_run = excluded.building_run
            """,
            [MART, run],
        )


def finish(connection: Connection[Any], run: str, *, succeeded: bool) -> None:
    """Close the record of a transform."""
    connection.execute(
        "update ops.transforms set status = %s, finished_at = now() where dag_run_id = %s",
        ["succeeded" if succeeded else "failed", run],
    )


def mart_state(connection: Connection[Any]) -> MartState | None:
    """The state of the catalogue's marts; None before the first transform."""
    row = connection.execute("select state, building_run, published_run from ops.mart_state where mart = %s", [MART]).fetchone()
    return MartState(*row) if row else None


def reopen(connection: Connection[Any], run: str) -> bool:
    """Close published marts while one model is rebuilt by itself; False when they were closed already, by this run or another."""
    changed = connection.execute(
        "update ops.mart_state set state = 'building', building_run = %s where mart = %s and state = 'published'", [run, MART]
    )
    return changed.rowcount == 1


def restore(connection: Connection[Any], run: str) -> None:
    """Undo `reopen` after the model was rebuilt and its tests passed."""
    connection.execute(
        "update ops.mart_state set state = 'published', building_run = null where mart = %s and building_run = %s", [MART, run]
    )


def publish(connection: Connection[Any], run: str) -> str | None:
    """Open the marts to readers, unless another run has begun to rebuild them since; then that run is returned, and it will publish."""
    with connection.transaction():
        finish(connection, run, succeeded=True)
        changed = connection.execute(
            """
            update ops.mart_state
            set state = 'published', building_run = null, published_run = %(run)s, published_at = now()
            where mart = %(mart)s and coalesce(building_run, %(run)s) = %(run)s
            """,
            {"mart": MART, "run": run},
        )
        if changed.rowcount:
            return None
        state = mart_state(connection)
        return state.building_run if state else None
