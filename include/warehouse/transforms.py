"""What a transform has to build: newer raw versions, rows that the clock changes, everything when the dbt project is another one.

A transform records the highest raw version of each table that it could see; only transforms that were published count. So what a
failed or killed one had begun is selected again, until a run has built and tested it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection, sql

from include.warehouse import ledger

EVERYTHING = "fqn:*"
PROJECT = "project"
"""Key, among the recorded versions, of the fingerprint of the dbt project that was built."""
FINGERPRINT_DIGITS = 15
"""Hexadecimal digits of a hash that fit into a bigint, as all recorded versions do."""
PUBLISHED_WITHIN = timedelta(minutes=10)
"""A run that has built and tested everything publishes by then, or others take it over."""
BUILD_LOCK = 0x5C4E3A02
"""Advisory lock of the one dbt that writes the marts. Airflow's pool does not see a dbt that still runs after its worker was killed."""


@dataclass(frozen=True)
class Plan:
    """A dbt selection (empty: nothing to do), with the reasons in words, and what will have been seen when it is built."""

    select: str
    full_refresh: bool
    reasons: list[str]
    seen: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """For Airflow's XCom."""
        return asdict(self)


def fingerprint(content_hash: str) -> int:
    """A hash of the dbt project as a number."""
    return int(content_hash[:FINGERPRINT_DIGITS], 16)


def plan(
    connection: Connection[Any],
    run: str,
    *,
    sources: Mapping[str, str],
    project: int,
    now: datetime,
    rebuild: bool,
    cleared: bool,
    mart: str = ledger.CATALOG,
    everything: str = EVERYTHING,
    models: Collection[str] | None = None,
) -> Plan:
    """What this run has to build.

    :param run: DAG run id.
    :param sources: raw table (`mitxonline__courses`) -> dbt selector of the source that reads it (`source:raw.mitxonline__courses`).
    :param project: `fingerprint` of the dbt project.
    :param rebuild: a person asked for everything, in full.
    :param cleared: a person cleared the run: what it had selected is rebuilt in full, with what is new since.
    :param mart: what is built and published together; ``sources`` are those that it reads.
    :param everything: the dbt selection of all its models.
    :param models: the names of its models; None: all that there are.
    """
    another_project = _project_built(connection, mart) != project
    latest = {table: version for table, version in ledger.latest_versions(connection).items() if table in sources}
    selected: dict[str, str] = {}
    if cleared:
        selected |= dict.fromkeys(_recorded(connection, run, mart), "the run was cleared, it had built this")
    selected |= _left_unpublished(connection, run, now, mart)
    selected |= dict(_newer(latest, ledger.processed_versions(connection), sources))
    due = [model for model in _due(connection, now) if models is None or model in models]
    selected |= {f"{model}+": f"rows of {model} change by the clock" for model in due}
    if another_project:
        selected[everything] = "the dbt project (models, macros or seeds) is another one than was built last"
    if rebuild:
        selected[everything] = "a rebuild of everything was asked for"
    if everything in selected:
        selected = {everything: selected[everything]}
    return Plan(
        select=" ".join(sorted(selected)),
        full_refresh=bool(selected) and (rebuild or cleared or another_project),
        reasons=[f"{select}: {why}" for select, why in sorted(selected.items())],
        seen={**latest, PROJECT: project},
    )


def _newer(latest: Mapping[str, int], built: Mapping[str, int], sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for table, version in latest.items():
        if version > built.get(table, 0):
            yield f"{sources[table]}+", f"raw.{table} has versions up to {version}, built up to {built.get(table, 0)}"


def _left_unpublished(connection: Connection[Any], run: str, now: datetime, mart: str) -> dict[str, str]:
    """What was begun and not published: by this run before it was killed, or by another, unless that one has only just built it."""
    state = ledger.mart_state(connection, mart)
    if state is None or state.state == "published" or state.building_run is None:
        return {}
    record = ledger.recorded_transform(connection, state.building_run, mart)
    if record is None:
        return {}
    is_about_to_publish = record["status"] == "succeeded" and record["finished_at"] > now - PUBLISHED_WITHIN
    if is_about_to_publish and state.building_run != run:
        return {}
    return dict.fromkeys(str(record["selection"]).split(), f"{state.building_run} did not publish it")


def _recorded(connection: Connection[Any], run: str, mart: str) -> list[str]:
    record = ledger.recorded_transform(connection, run, mart)
    return str(record["selection"]).split() if record else []


def _project_built(connection: Connection[Any], mart: str) -> int | None:
    row = connection.execute(
        "select (max_versions ->> %s)::bigint from ops.transforms where mart = %s and status = 'succeeded'"
        " order by finished_at desc limit 1",
        [PROJECT, mart],
    ).fetchone()
    return row[0] if row else None


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


def reopen(connection: Connection[Any], run: str, mart: str = ledger.CATALOG) -> bool:
    """Close published marts while one model is rebuilt by itself; False when they were closed already, by this run or another."""
    changed = connection.execute(
        "update ops.mart_state set state = 'building', building_run = %s where mart = %s and state = 'published'", [run, mart]
    )
    return changed.rowcount == 1


def restore(connection: Connection[Any], run: str, mart: str = ledger.CATALOG) -> None:
    """Open the marts again after `reopen`: the model was rebuilt and its tests passed. Not when another run closed them since."""
    connection.execute("update ops.mart_state set state = 'published' where mart = %s and building_run = %s", [mart, run])
