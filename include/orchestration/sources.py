"""The steps of an ingest with the clients of this installation: what was landed, land a stream, load manifests."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk import Connection

from include.errors import NothingLanded
from include.landing.land import land_stream
from include.landing.store import find_manifests, read_manifest
from include.orchestration.connections import WAREHOUSE_LOADER, Bucket, postgres, s3_client
from include.sources.base import Json, Source, find_stream

log = logging.getLogger(__name__)

LISTING = "inventory"
RESUME = "resume"


def source_of(key: str) -> Source:
    """The source of that key."""
    from include.sources.registry import SOURCES

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


def upstream_client(source: Source) -> Any:
    """The client that the source reads with, from its connection: a bucket for `aws`, HTTP for all others."""
    connection = Connection.get(source.connection_id)
    extra = connection.extra_dejson
    if connection.conn_type == "aws":
        from include.sources.ocw import OcwBucket

        return OcwBucket(s3_client(connection), extra["bucket"], extra["base_url"])
    from include.sources.http import HttpClient

    return HttpClient(
        source=source.key,
        base_url=str(connection.host),
        headers={"Authorization": f"Api-Key {connection.password}"} if connection.password else {},
        allow_private=tuple(extra.get("allow_private", ())),
        paths={name.removesuffix("_path"): path for name, path in extra.items() if name.endswith("_path")},
    )


def land(
    source: str, stream: str, bucket: Bucket, *, run: str, store: Any, limit: int | None, full: bool
) -> str:
    """Land one stream and keep the ledger; returns the key of the manifest."""
    publisher = source_of(source)
    manifest = land_stream(
        publisher,
        find_stream(publisher, stream),
        upstream_client(publisher),
        bucket.client,
        bucket.name,
        run,
        lambda: datetime.now(UTC),
        resume_state=StoredState(store),
        limit=limit,
        full=full,
    )
    return manifest.key


def load(bucket: Bucket, source: str, keys: list[str]) -> dict[str, Any]:
    """Load manifests one after the other; returns the stream and the sum of their counts."""
    from include.warehouse.load import load_stream

    counts = {"landed": 0, "new_versions": 0, "removed": 0, "rejected": 0}
    stream = ""
    for key in keys:
        manifest = read_manifest(bucket.client, bucket.name, key)
        if manifest is None:
            raise NothingLanded("A manifest is gone", source=source, where=key, what_to_do="Landing is never deleted: restore the object.")
        stream = manifest.stream
        with postgres(WAREHOUSE_LOADER) as connection:
            result = asdict(load_stream(connection, bucket.client, bucket.name, manifest))
        counts = {name: count + result[name] for name, count in counts.items()}
    return {"stream": stream, **counts}
