"""The steps of an ingest with the clients of this installation: what was landed, land a stream, load manifests."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk import Connection

from include.errors import NothingLanded, PartsUnread
from include.landing.land import land_stream
from include.landing.store import find_manifests, read_manifest
from include.orchestration.connections import WAREHOUSE_LOADER, Bucket, postgres
from include.sources.base import Json, Source, find_stream
from include.sources.clients import AIRBYTE_CONNECTION, airbyte_client, upstream_client
from include.sources.registry import SOURCES
from include.warehouse import ledger
from include.warehouse.load import load_stream

log = logging.getLogger(__name__)

LISTING = "inventory"
RESUME = "resume"
COUNTS = ("landed", "new_versions", "removed", "rejected")


def source_of(key: str) -> Source:
    """The source of that key."""
    return SOURCES[key]


def loaded_streams(source: str) -> list[str]:
    """The streams that go into the warehouse, in their order."""
    return [stream.name for stream in source_of(source).streams if not stream.internal]


def landed(bucket: Bucket, source: str, *, day: date | None = None, run: str | None = None) -> list[dict[str, Any]]:
    """Work for a replay: the streams of which something was landed, each with its manifests in the order of observation."""
    work = []
    for stream in loaded_streams(source):
        manifests = find_manifests(bucket.client, bucket.name, source, stream, day=day, run=run)
        if manifests:
            work.append({"stream": stream, "replay": [manifest.key for manifest in manifests]})
    return work


def landed_or_error(bucket: Bucket, source: str, wanted: str) -> list[dict[str, Any]]:
    """Work for a replay of a day (`2026-11-22`) or of a run key.

    :raises NothingLanded: nothing is there.
    """
    day = _as_day(wanted)
    work = landed(bucket, source, day=day, run=None if day else wanted)
    if not work:
        raise NothingLanded(
            f"Nothing of {source} was landed {'on' if day else 'by run'} {wanted}",
            source=source,
            run=wanted,
            where=f"s3://{bucket.name}",
            what_to_do="Look which days there are (docs/runbooks/landing.md), or leave from_landing empty to pull.",
        )
    return work


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class StoredState:
    """How far a killed attempt came, kept in Airflow's task state store, which outlives the process and the try."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def get(self) -> Json | None:
        """What was remembered."""
        state: Json | None = self.store.get(RESUME)
        return state

    def set(self, value: Json | None) -> None:
        """Remember, or forget with None."""
        if value is None:
            self.store.delete(RESUME)
        else:
            self.store.set(RESUME, value)


def client_of(source: Source) -> Any:
    """The client that the source reads with, from its connection; that of an Airbyte server when the connection names one of its own.

    The server is the connection `airbyte`, its destination's bucket the connection `airbyte_destination`, unless extras of these names
    say otherwise.
    """
    parts = _parts(source.connection_id)
    extra = parts["extra"]
    if not extra.get(AIRBYTE_CONNECTION):
        return upstream_client(source, parts)
    server, destination = (_parts(extra.get(name, name)) for name in ("airbyte", "airbyte_destination"))
    return airbyte_client(source, extra, server, destination)


def _parts(conn_id: str) -> dict[str, Any]:
    connection = Connection.get(conn_id)
    parts = {name: getattr(connection, name) for name in ("conn_type", "host", "port", "schema", "login", "password")}
    return {**parts, "extra": connection.extra_dejson}


def land(source: str, stream: str, bucket: Bucket, *, run: str, dag_run: Any, store: Any, limit: int | None, full: bool) -> str:
    """Land one stream, with its line in the ledger; returns the key of the manifest.

    :raises SourceError: one of its kinds.
    """
    publisher = source_of(source)
    facts = (run, source, stream)
    with postgres(WAREHOUSE_LOADER, autocommit=True) as warehouse:
        ledger.run_started(warehouse, *facts, dag_run.dag_id, dag_run.run_id, now())
        try:
            manifest = land_stream(
                publisher,
                find_stream(publisher, stream),
                client_of(publisher),
                bucket.client,
                bucket.name,
                run,
                now,
                resume_state=StoredState(store),
                limit=limit,
                full=full,
            )
        except Exception as error:
            ledger.run_finished(warehouse, *facts, now(), error=error)
            raise
        ledger.run_finished(warehouse, *facts, now(), manifest=manifest)
    return manifest.key


def now() -> datetime:
    """The clock of all steps."""
    return datetime.now(UTC)


def load(bucket: Bucket, source: str, keys: list[str], run: str) -> dict[str, Any]:
    """Load manifests one after the other; returns the stream and the sum of what they added.

    A manifest that was loaded before counts only when this very run landed it: then an attempt was killed after its commit.

    :param run: run key of this run.
    """
    counts = dict.fromkeys(COUNTS, 0)
    stream = ""
    for key in keys:
        manifest = read_manifest(bucket.client, bucket.name, key)
        if manifest is None:
            raise NothingLanded("A manifest is gone", source=source, where=key, what_to_do="Landing is never deleted: restore the object.")
        stream = manifest.stream
        with postgres(WAREHOUSE_LOADER) as connection:
            result = load_stream(connection, bucket.client, bucket.name, manifest)
        if not result.already_loaded or manifest.run == run:
            counts = {name: count + getattr(result, name) for name, count in counts.items()}
    return {"stream": stream, **counts}


def raise_if_unread(run: str) -> None:
    """Fail when a part of the feed could not be read by this run; everything else is loaded by now.

    :raises PartsUnread: naming the parts with their errors.
    """
    with postgres(WAREHOUSE_LOADER) as connection:
        parts = ledger.unread_parts(connection, run)
    if parts:
        raise PartsUnread(
            f"{len(parts)} parts of the feed could not be read; the others are loaded, and what is known of these stays",
            source=parts[0]["source"],
            run=run,
            where=", ".join(part["prefix"] for part in parts),
            sample="; ".join(f"{part['prefix']}: {part['kind']}: {part['message']}" for part in parts),
            what_to_do="Nothing at first: the next run asks for them again. If one stays, open its address (docs/runbooks/upstream.md).",
        )
