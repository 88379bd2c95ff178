"""Landing to raw versions: what differs is inserted, what is gone is marked, everything else costs one look.

The state at a moment does not depend on the order in which manifests are loaded: a manifest that comes late takes its place by
``observed_at``, and those after it are applied again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection, Cursor, sql
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from include.errors import NothingLanded, TooManyRejects
from include.landing.keys import manifest_key
from include.landing.manifest import Manifest, PartInfo
from include.landing.store import read_manifest, read_rejects
from include.overlap import overlapped
from include.sources.base import Stream
from include.sources.registry import stream_of
from include.warehouse.derive.again import mark_cleaned
from include.warehouse.derive.html import CleaningBeside
from include.warehouse.rows import COPY_COLUMNS, Batch, RejectedLine, copy_blocks, in_batches, prepare
from include.warehouse.schema import raw_table, read_sql
from include.warehouse.since_last import SinceLast, since_last

log = logging.getLogger(__name__)

REJECTS_FLOOR = 5
REJECTS_SHARE = 0.01


@dataclass(frozen=True)
class LoadResult:
    """What a load did. ``landed`` counts the records of the manifest; ``already_loaded`` repeats the numbers of the first time."""

    landed: int
    new_versions: int
    removed: int
    rejected: int
    already_loaded: bool = False


def load_stream(connection: Connection[Any], s3: Any, bucket: str, manifest: Manifest, stream: Stream | None = None) -> LoadResult:
    """Bring the raw table of a stream to what ``manifest`` says, in one transaction; loaded before, it is a no-op.

    Loaded before by another version of the stream's expansion, it is loaded again: what the newer parser makes of it replaces that.

    An internal stream (a listing) has no table, and nothing happens. A delta whose predecessors were landed and never loaded loads
    those first, each in its own transaction.

    :param connection: with no transaction open; the schema exists (``ensure_schema``).
    :param stream: the stream's declaration, for one that is not in the registry.
    :raises TooManyRejects: after the commit: the good records are in.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise ValueError("load_stream commits its own transaction and needs a connection that has none open")
    declared = stream or stream_of(manifest.source, manifest.stream)
    if declared.internal:
        return LoadResult(manifest.total, 0, 0, 0, already_loaded=True)
    result = LoadResult(0, 0, 0, 0)
    for one in reversed(list(_not_loaded(connection, s3, bucket, manifest, _expansion(declared)))):
        result = _Load(connection, s3, bucket, one, declared).run()
    connection.rollback()  # ends the transaction of the questions above, on a connection without autocommit
    _judge(manifest, result)
    return result


def _expansion(stream: Stream) -> int:
    return stream.expand.version if stream.expand else 0


def _not_loaded(connection: Connection[Any], s3: Any, bucket: str, manifest: Manifest, expansion: int) -> Iterator[Manifest]:
    """The manifest, then the chain of deltas and the snapshot under it, as far as they are not loaded."""
    yield manifest
    while manifest.kind == "delta" and manifest.baseline:
        run = manifest.baseline.split("/run=")[1].split("/")[0]
        key = manifest_key(manifest.source, manifest.stream, run)
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            if _loaded(cursor, key, expansion) is not None:
                return
        before = read_manifest(s3, bucket, key)
        if before is None:
            raise NothingLanded(
                "This landing holds changes since one that is not there any more",
                source=manifest.source,
                run=manifest.run,
                where=key,
                what_to_do="Run the ingest DAG with the parameter `full`: it lands everything again.",
            )
        yield before
        manifest = before


def _loaded(cursor: Cursor[Any], key: str, expansion: int) -> LoadResult | None:
    row = cursor.execute(
        "select landed, new_versions, removed, rejected from ops.loads where manifest_key = %s and expansion = %s", [key, expansion]
    ).fetchone()
    return LoadResult(row[0], row[1], row[2], row[3], already_loaded=True) if row else None


def _judge(manifest: Manifest, result: LoadResult) -> None:
    read = result.landed + manifest.rejected
    allowed = max(REJECTS_FLOOR, int(REJECTS_SHARE * read))
    if result.rejected > allowed:
        raise TooManyRejects(
            f"{result.rejected} of {read} records were rejected ({allowed} are allowed); the others are loaded",
            source=manifest.source,
            run=manifest.run,
            where=manifest.stream,
            what_to_do=f"Look at ops.rejects (run_key = '{manifest.run}', stream = '{manifest.stream}'): reason, where_found, sample;"
            " correct it at the publisher, or adapt the record model of the source.",
        )


def _facts(manifest: Manifest) -> dict[str, Any]:
    return {"observed_at": manifest.started_at, "run_key": manifest.run, "object_key": manifest.key}


class _Load:
    """One load: a transaction under the advisory lock of its stream."""

    def __init__(self, connection: Connection[Any], s3: Any, bucket: str, manifest: Manifest, stream: Stream) -> None:
        self.connection, self.s3, self.bucket, self.manifest, self.stream = connection, s3, bucket, manifest, stream
        self.table = raw_table(manifest.source, manifest.stream)
        self.was_empty = False
        self.expansion = _expansion(stream)

    def run(self) -> LoadResult:
        """Apply the manifest and, when it comes late, those after it once more."""
        manifest = self.manifest
        with self.connection.transaction(), self.connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"raw.{self.table}"])
            before = _loaded(cursor, manifest.key, self.expansion)
            if before:
                log.info("event=already_loaded source=%s stream=%s run=%s", manifest.source, manifest.stream, manifest.run)
                return before
            cursor.execute("create temp table if not exists landed_keys (record_key text not null) on commit delete rows")
            since = since_last(cursor, self.s3, self.bucket, manifest, self.stream, self.expansion)
            result, rejects = self._apply(cursor, manifest, since)
            if self.was_empty and self.stream.html_fields:
                mark_cleaned(cursor, manifest.source, self.stream)
            self._record_rejects(cursor, rejects)
            cursor.execute(
                "insert into ops.loads (manifest_key, source, stream, run_key, observed_at, loaded_at, landed, new_versions, removed,"
                " rejected, expansion) values (%s, %s, %s, %s, %s, clock_timestamp(), %s, %s, %s, %s, %s)"
                " on conflict (manifest_key) do update set loaded_at = excluded.loaded_at, landed = excluded.landed, new_versions ="
                " excluded.new_versions, removed = excluded.removed, rejected = excluded.rejected, expansion = excluded.expansion",
                [manifest.key, manifest.source, manifest.stream, manifest.run, manifest.started_at,
                 result.landed, result.new_versions, result.removed, result.rejected, self.expansion],
            )  # fmt: skip
            self._reapply_later(cursor)
        log.info(
            "event=loaded source=%s stream=%s run=%s landed=%d new_versions=%d removed=%d rejected=%d",
            manifest.source, manifest.stream, manifest.run, result.landed, result.new_versions, result.removed, result.rejected,
        )  # fmt: skip
        return result

    def _apply(self, cursor: Cursor[Any], manifest: Manifest, since: SinceLast | None = None) -> tuple[LoadResult, list[RejectedLine]]:
        """Compare the manifest, or what is in other parts ``since`` the last one, with the table, and write what differs."""
        cursor.execute("truncate pg_temp.landed_keys")
        found = cursor.execute(sql.SQL("select from raw.{} limit 1").format(sql.Identifier(self.table))).fetchone()
        self.was_empty = found is None  # nothing to compare with: everything is new, and nothing can be missing
        since = None if self.was_empty else since
        landed_rejects = read_rejects(self.s3, self.bucket, manifest)
        rejects = [RejectedLine(item["key"], item["reason"], item["where"], item["sample"], None) for item in landed_rejects]
        self._keep_keys(cursor, [reject.key for reject in rejects if reject.key is not None])
        landed, new, removed = since.landed if since else 0, 0, 0
        unread = [part.prefix for part in manifest.unread]
        if self.stream.expand:  # a document that was not landed, or cannot be expanded, takes its records along
            unread += [reject.key for reject in rejects if reject.key]
        with CleaningBeside() as cleaning:
            for prepared in self._prepared(since.added if since else manifest.parts):
                new += self._insert_changed(cursor, prepared, manifest, cleaning)
                removed += self._remove_named(cursor, manifest, prepared.removed)
                landed += len(prepared.keys) + len(prepared.removed) + len(prepared.rejects)
                rejects += prepared.rejects
                unread += prepared.unread
            cleaning.keep(cursor)
        if since:
            cursor.execute("analyze pg_temp.landed_keys")
            for prepared in self._prepared(since.dropped):
                keys = [*prepared.keys, *(reject.key for reject in prepared.rejects if reject.key is not None)]
                landed -= len(keys)
                removed += self._remove_named(cursor, manifest, keys)
        elif manifest.kind == "snapshot" and self.stream.complete_read and not self.was_empty:
            cursor.execute("analyze pg_temp.landed_keys")
            if self.stream.removed_after > 1:
                back, gone = self._remove_absent(cursor, manifest, unread)
                new, removed = new + back, removed + gone
            elif manifest.complete:
                cursor.execute(self._statement("remove_missing.sql"), {**_facts(manifest), "unread": unread})
                removed += cursor.rowcount
        return LoadResult(landed, new, removed, len(rejects)), rejects

    def _remove_absent(self, cursor: Cursor[Any], manifest: Manifest, unread: list[str]) -> tuple[int, int]:
        """Count what is missing, and mark as gone what was missing often enough: records that are there after all, and those removed."""
        parameters = {
            **_facts(manifest),
            "source": manifest.source,
            "stream": manifest.stream,
            "complete": manifest.complete,
            "unread": unread,
            "allowed": self.stream.removed_after,
        }
        cursor.execute("delete from ops.absences where manifest_key = %s", [manifest.key])
        cursor.execute(self._statement("note_absences.sql"), parameters)
        log.info(
            "event=records_absent source=%s stream=%s run=%s records=%d", manifest.source, manifest.stream, manifest.run, cursor.rowcount
        )
        if not manifest.complete:
            return 0, 0
        written = [is_removed for (is_removed,) in cursor.execute(self._statement("remove_absent.sql"), parameters).fetchall()]
        return written.count(False), written.count(True)

    def _prepared(self, parts: Iterable[PartInfo]) -> Iterator[Batch]:
        """Parts in order; the next ones are read and parsed while the database takes these. Two batches are in memory."""
        for _, prepared in overlapped(in_batches(parts), lambda batch: prepare(self.s3, self.bucket, batch, self.stream)):
            yield prepared

    def _insert_changed(self, cursor: Cursor[Any], prepared: Batch, manifest: Manifest, cleaning: CleaningBeside) -> int:
        self._keep_keys(cursor, [reject.key for reject in prepared.rejects if reject.key is not None])
        chosen = self._changed(cursor, prepared, manifest.started_at)
        if chosen:
            texts = (text for position in chosen for text in prepared.texts[position])
            cleaning.begin(cursor, texts, all_new=self.was_empty)
            self._copy(cursor, prepared, chosen, manifest)
        log.info("event=parts_loaded source=%s stream=%s run=%s parts=%d records=%d new_versions=%d",
                 manifest.source, manifest.stream, manifest.run, len(prepared.parts), len(prepared.keys), len(chosen))  # fmt: skip
        return len(chosen)

    def _copy(self, cursor: Cursor[Any], prepared: Batch, chosen: list[int], manifest: Manifest) -> None:
        statement = sql.SQL("copy raw.{} ({}) from stdin (format binary)").format(
            sql.Identifier(self.table), sql.SQL(", ").join(map(sql.Identifier, COPY_COLUMNS))
        )
        with cursor.copy(statement) as copy:
            for block in copy_blocks(prepared, chosen, manifest.started_at, manifest.run):
                copy.write(block)

    def _changed(self, cursor: Cursor[Any], prepared: Batch, observed_at: datetime) -> list[int]:
        if not prepared.keys:
            return []
        if self.was_empty:
            return list(range(len(prepared.keys)))
        cursor.execute(self._statement("changed_rows.sql"), {"keys": prepared.keys, "hashes": prepared.hashes, "observed_at": observed_at})
        return [position - 1 for (position,) in cursor.fetchall()]

    def _keep_keys(self, cursor: Cursor[Any], keys: list[str]) -> None:
        if keys:
            cursor.execute("insert into pg_temp.landed_keys (record_key) select unnest(%b::text[])", [keys])

    def _remove_named(self, cursor: Cursor[Any], manifest: Manifest, keys: list[str]) -> int:
        """Mark those of ``keys`` as gone that the manifest has not. An incomplete manifest removes nothing."""
        if not keys or not manifest.complete:
            return 0
        cursor.execute(self._statement("remove_named.sql"), {**_facts(manifest), "keys": keys})
        return cursor.rowcount

    def _reapply_later(self, cursor: Cursor[Any]) -> None:
        manifest = self.manifest
        later = cursor.execute(
            "select manifest_key from ops.loads where source = %s and stream = %s and (observed_at, manifest_key) > (%s, %s)"
            " order by observed_at, manifest_key",
            [manifest.source, manifest.stream, manifest.started_at, manifest.key],
        ).fetchall()
        for (key,) in later:
            again = read_manifest(self.s3, self.bucket, key)
            if again is None:
                raise NothingLanded(
                    "An older landing was loaded, and a newer one that has to be applied again is not there any more",
                    source=manifest.source,
                    run=manifest.run,
                    where=key,
                    what_to_do="Restore this object (the bucket keeps versions), or leave the older landing unloaded.",
                )
            result, _ = self._apply(cursor, again)
            cursor.execute("update ops.loads set expansion = %s where manifest_key = %s", [self.expansion, key])
            log.info("event=applied_again source=%s stream=%s run=%s new_versions=%d removed=%d",
                     again.source, again.stream, again.run, result.new_versions, result.removed)  # fmt: skip

    def _record_rejects(self, cursor: Cursor[Any], rejects: Iterable[RejectedLine]) -> None:
        manifest = self.manifest
        cursor.execute(
            "delete from ops.rejects where source = %s and stream = %s and run_key = %s", [manifest.source, manifest.stream, manifest.run]
        )
        statement = (
            "copy ops.rejects (source, stream, run_key, record_key, reason, where_found, sample, object_key, line_number, rejected_at)"
            " from stdin"
        )
        with cursor.copy(statement) as copy:
            for reject in rejects:
                copy.write_row(
                    (manifest.source, manifest.stream, manifest.run, reject.key, reject.reason, reject.where, reject.sample,
                     manifest.key, reject.line, manifest.finished_at)
                )  # fmt: skip

    def _statement(self, name: str) -> sql.Composed:
        return sql.SQL(read_sql(name).decode()).format(table=sql.Identifier(self.table))
