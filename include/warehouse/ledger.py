"""The ledger of the warehouse: what ran, what was loaded, what is published. Written by the steps themselves.

Every function commits its own small transaction, except `unprocessed_versions` and the summaries, which only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection, Cursor, sql
from psycopg.rows import dict_row, tuple_row
from psycopg.types.json import Jsonb

from include.errors import NotPublished
from include.landing.manifest import Manifest
from include.sources.registry import stream_names
from include.warehouse.schema import raw_table

CATALOG = "catalog"
NEWS = "news"
ERROR_LIMIT = 2_000


@dataclass(frozen=True)
class MartState:
    """Whether readers may use a mart, and whose build it is."""

    mart: str
    state: str
    building_run: str | None
    published_run: str | None
    published_at: datetime | None


def run_started(connection: Connection[Any], run_key: str, source: str, stream: str, dag_id: str, dag_run_id: str, at: datetime) -> None:
    """An attempt to land a stream begins; a repeated attempt keeps the first start."""
    _write(
        connection,
        "insert into ops.runs as known (run_key, source, stream, dag_id, dag_run_id, status, started_at)"
        " values (%s, %s, %s, %s, %s, 'running', %s) on conflict (run_key, source, stream) do update"
        " set status = case when known.status = 'landed' then known.status else 'running' end, error = null",
        [run_key, source, stream, dag_id, dag_run_id, at],
    )


def run_finished(
    connection: Connection[Any],
    run_key: str,
    source: str,
    stream: str,
    at: datetime,
    manifest: Manifest | None = None,
    error: BaseException | str | None = None,
) -> None:
    """The attempt ended: with a manifest it landed, without one it failed with ``error``. Parts that were not read are kept by name."""
    for part in manifest.unread if manifest else ():
        _write(
            connection,
            "insert into ops.unread (run_key, source, stream, prefix, kind, message, where_found, noticed_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [run_key, source, stream, part.prefix, part.kind, part.message[:ERROR_LIMIT], part.where, at],
        )
    _write(
        connection,
        "update ops.runs set status = %s, finished_at = %s, manifest_key = %s, landed = %s, complete = %s, error = %s"
        " where run_key = %s and source = %s and stream = %s",
        [
            "landed" if manifest else "failed",
            at,
            manifest.key if manifest else None,
            manifest.total if manifest else None,
            manifest.complete if manifest else None,
            str(error)[:ERROR_LIMIT] if error is not None else None,
            run_key,
            source,
            stream,
        ],
    )


def unread_parts(connection: Connection[Any], run_key: str) -> list[dict[str, Any]]:
    """What could not be read in a run while the rest went on: source, stream, prefix, kind, message, where."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "select source, stream, prefix, kind, message, where_found from ops.unread where run_key = %s order by stream, prefix",
            [run_key],
        ).fetchall()


def latest_versions(connection: Connection[Any]) -> dict[str, int]:
    """The highest version_id of each raw table (``mitxonline__courses``), 0 for an empty one."""
    tables = [raw_table(source, stream) for source, stream in stream_names()]
    query = sql.SQL(" union all ").join(
        sql.SQL("select {}, coalesce(max(version_id), 0) from raw.{}").format(sql.Literal(table), sql.Identifier(table)) for table in tables
    )
    with connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(query).fetchall())


def unprocessed_versions(connection: Connection[Any]) -> dict[str, int]:
    """Raw tables with versions that no successful transform has seen, and how many.

    A version committed late can have a lower id than one that was seen (two loads at a time). Loads of one stream are serial, so
    within a table ids grow in the order of commit, and the comparison misses nothing.
    """
    seen = processed_versions(connection)
    counts: dict[str, int] = {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for source, stream in stream_names():
            table = raw_table(source, stream)
            row = cursor.execute(
                sql.SQL("select count(*) from raw.{} where version_id > %s").format(sql.Identifier(table)), [seen.get(table, 0)]
            ).fetchone()
            if row and row[0]:
                counts[table] = row[0]
    return counts


def processed_versions(connection: Connection[Any]) -> dict[str, int]:
    """The highest version of each raw table that a successful transform has seen."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(
            "select seen.key, max(seen.value::bigint) from ops.transforms, jsonb_each_text(max_versions) as seen"
            " where status = 'succeeded' group by seen.key"
        ).fetchall()
    return dict(rows)


def transform_started(
    connection: Connection[Any],
    dag_run_id: str,
    at: datetime,
    as_of: datetime,
    selection: str,
    full_refresh: bool,
    max_versions: dict[str, int],
    mart: str = CATALOG,
) -> None:
    """A build begins. A run that builds again (it was cleared) replaces what it recorded before."""
    _write(
        connection,
        "insert into ops.transforms (mart, dag_run_id, started_at, as_of, selection, full_refresh, status, max_versions)"
        " values (%s, %s, %s, %s, %s, %s, 'running', %s) on conflict (mart, dag_run_id) do update"
        " set started_at = excluded.started_at, finished_at = null, as_of = excluded.as_of, selection = excluded.selection,"
        " full_refresh = excluded.full_refresh, status = 'running', max_versions = excluded.max_versions",
        [mart, dag_run_id, at, as_of, selection, full_refresh, Jsonb(max_versions)],
    )


def transform_finished(connection: Connection[Any], dag_run_id: str, at: datetime, succeeded: bool, mart: str = CATALOG) -> None:
    """The build ended; only a successful one counts as having seen its raw versions."""
    _write(
        connection,
        "update ops.transforms set finished_at = %s, status = %s where mart = %s and dag_run_id = %s",
        [at, "succeeded" if succeeded else "failed", mart, dag_run_id],
    )


def recorded_transform(connection: Connection[Any], dag_run_id: str, mart: str = CATALOG) -> dict[str, Any] | None:
    """What a run recorded when it built (for a run that is cleared), None when it never did."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute("select * from ops.transforms where mart = %s and dag_run_id = %s", [mart, dag_run_id]).fetchone()


def mart_building(connection: Connection[Any], run: str, mart: str = CATALOG) -> None:
    """Close a mart to its readers before anything of it changes; the latest builder is the one who may publish."""
    _write(
        connection,
        "insert into ops.mart_state (mart, state, building_run) values (%s, 'building', %s)"
        " on conflict (mart) do update set state = 'building', building_run = excluded.building_run",
        [mart, run],
    )


def mart_published(connection: Connection[Any], run: str, at: datetime, mart: str = CATALOG) -> None:
    """Open the mart, if this run is the one that builds it. NotPublished names the run that took it over."""
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        stamp = _latest_stamp(cursor) if mart == CATALOG else None
        cursor.execute(
            "update ops.mart_state set state = 'published', published_run = building_run, published_at = %s, published_stamp = %s"
            " where mart = %s and building_run = %s",
            [at, stamp, mart, run],
        )
        if cursor.rowcount == 1:
            return
    state = mart_state(connection, mart)
    raise NotPublished(
        f"The mart {mart} is being built by another run: {state.building_run if state else 'none has begun'}",
        run=run,
        where=mart,
        what_to_do="Nothing: the other run publishes it. If that run has failed, clear its build task.",
    )


def _latest_stamp(cursor: Cursor[Any]) -> datetime | None:
    """Of the units of the catalogue as they are now: read before the update that only the run which built them can make."""
    there = cursor.execute("select to_regclass('marts.catalog_unit') is not null").fetchone()
    found = cursor.execute("select max(built_at) from marts.catalog_unit").fetchone() if there and there[0] else None
    return found[0] if found else None


def mart_state(connection: Connection[Any], mart: str = CATALOG) -> MartState | None:
    """The state of a mart, None before the first build."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(
            "select mart, state, building_run, published_run, published_at from ops.mart_state where mart = %s", [mart]
        ).fetchone()
    return MartState(*row) if row else None


def _write(connection: Connection[Any], statement: str, values: list[Any]) -> None:
    with connection.transaction():
        connection.execute(statement.encode(), values)
