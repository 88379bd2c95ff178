"""A warehouse with its tables, and a landing zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest

from include.landing import Manifest
from include.sources.registry import stream_of
from include.warehouse.load import LoadResult, load_stream
from include.warehouse.schema import ensure_schema
from tests.support.feeds import land_records

EFFECTIVE = """
select record_key, payload, is_removed, observed_at, run_key from (
    select distinct on (record_key) * from raw.mitxonline__courses
    where observed_at <= coalesce(%(as_of)s::timestamptz, 'infinity') order by record_key, observed_at desc, version_id desc
) as latest order by record_key
"""


@dataclass
class Warehouse:
    """What a load test does: land records as the run of an hour, load, look at the state."""

    s3: Any
    bucket: str
    dsn: str
    connection: psycopg.Connection[Any]

    def land(self, hour: int, *pages: Any, **more: Any) -> Manifest:
        return land_records(self.s3, self.bucket, hour, pages, **more)

    def load(self, manifest: Manifest, **declared: Any) -> LoadResult:
        """Load a manifest; `declared` is what its stream declares otherwise than it does."""
        stream = replace(stream_of(manifest.source, manifest.stream), **declared)
        return load_stream(self.connection, self.s3, self.bucket, manifest, stream)

    def rows(self, query: str, **values: Any) -> list[Any]:
        found = self.connection.execute(query.encode(), values).fetchall()
        self.connection.rollback()
        return found

    def state(self, as_of: Any = None) -> dict[str, Any]:
        """Key -> payload of what is there."""
        return {key: payload for key, payload, removed, *_ in self.rows(EFFECTIVE, as_of=as_of) if not removed}

    def versions(self) -> int:
        return int(self.rows("select count(*) from raw.mitxonline__courses")[0][0])


@pytest.fixture
def warehouse(fresh_database: Callable[..., str], s3_client: Any, fresh_bucket: Callable[..., str]) -> Iterator[Warehouse]:
    dsn = fresh_database("d_warehouse")
    with psycopg.connect(dsn) as connection:
        ensure_schema(connection)
        yield Warehouse(s3_client, fresh_bucket("d"), dsn, connection)
