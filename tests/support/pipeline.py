"""The whole chain in this process, without Airflow: sandbox upstream -> landing -> raw -> dbt -> Learn's Postgres -> search index.

Everything is the product's own code; only what Airflow does (order, retries, triggers) is done by the caller.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import psycopg
from opensearchpy import OpenSearch
from psycopg import sql

from include.delivery import DeliveryResult, deliver, deliver_news, deliver_reference
from include.delivery import ensure_schema as ensure_delivery_schema
from include.delivery.views import deliver_views
from include.errors import PipelineError
from include.landing import Manifest, land_source, land_stream, run_key
from include.local.connections import connections
from include.local.report import Report
from include.local.settings import Ports, Settings
from include.local.upstream.client import UpstreamClient
from include.local.upstream.embedded import running_upstream
from include.local.upstream.feeds import FEEDS
from include.local.upstream.settings import UpstreamSettings
from include.parity.build import build
from include.search import SearchSettings, SyncResult, ensure_indexes, make_client, sync
from include.search import ensure_schema as ensure_search_schema
from include.sources.base import Source
from include.sources.clients import upstream_client
from include.sources.http import HttpClient
from include.sources.registry import SOURCES, sources_of
from include.warehouse import ledger
from include.warehouse.load import LoadResult, load_stream
from include.warehouse.schema import ensure_schema, raw_table
from tests.support.application_databases import Parts, application_databases, temporary_database
from tests.support.learn import create_learn_tables

CLOCK = datetime(2024, 9, 10, 12, tzinfo=UTC)
EFFECTIVE = sql.SQL(
    "select record_key, content_hash from (select distinct on (record_key) record_key, content_hash, is_removed from {table}"
    " order by record_key, observed_at desc, version_id desc) as latest where not is_removed"
)
BACKOFF_SECONDS = 0.001
MARTS = ("catalog", "news")
RawState = dict[str, dict[str, bytes]]
"""Stream -> key -> content hash of every record that is there."""
Ingested = tuple[Manifest, LoadResult] | PipelineError
"""What became of one stream in one run."""


@dataclass
class Pipeline:
    """One chain with databases, buckets and indexes of its own. The clock moves a second with each run."""

    settings: Settings
    upstream: UpstreamClient
    s3: Any
    warehouse_dsn: str
    learn_dsn: str
    search: OpenSearch
    work: Path
    buckets: dict[str, str]
    """Feed -> bucket that the sandbox upstream fills for it."""
    databases: dict[str, Parts]
    """Feed -> connection of the application's database that it reads."""
    now: datetime = CLOCK
    runs: int = 0
    warehouse: psycopg.Connection[Any] = field(init=False)
    learn: psycopg.Connection[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.warehouse = psycopg.connect(self.warehouse_dsn, autocommit=True)
        self.learn = psycopg.connect(self.learn_dsn, autocommit=True)

    def clock(self) -> datetime:
        """The moment of every step."""
        return self.now

    def next_run(self, verb: str) -> str:
        """A run key that was not used before, a second later than the run before."""
        self.runs += 1
        self.now += timedelta(seconds=1)
        return run_key(verb, f"test-{self.runs}", self.now)

    def client(self, source: Source) -> Any:
        """What the source reads the sandbox upstream with, as the local stack's connection says; it does not wait between attempts."""
        parts = self.databases.get(source.key) or connections(self.settings)[source.connection_id]
        if source.key in self.buckets:
            parts["extra"]["bucket"] = self.buckets[source.key]
        client = upstream_client(source, parts)
        if isinstance(client, HttpClient):
            client.backoff_seconds = BACKOFF_SECONDS
            for adapter in client.session.adapters.values():
                adapter.backoff_seconds = BACKOFF_SECONDS
                adapter.max_retries = adapter.max_retries.new(backoff_factor=BACKOFF_SECONDS)
        return client

    def land(self, key: str, **options: Any) -> list[Manifest]:
        """Land every stream of a source in a run of its own."""
        source = SOURCES[key]
        return land_source(
            source, self.client(source), self.s3, self.settings.landing_bucket, self.next_run(f"ingest_{key}"), self.clock, **options
        )

    def load(self, manifests: list[Manifest]) -> list[LoadResult]:
        """Load what was landed into raw."""
        with psycopg.connect(self.warehouse_dsn) as connection:
            return [load_stream(connection, self.s3, self.settings.landing_bucket, manifest) for manifest in manifests]

    def ingest(self, key: str, **options: Any) -> list[LoadResult]:
        """Land a source and load it."""
        return self.load(self.land(key, **options))

    def ingest_streams(self, key: str, only: str = "") -> dict[str, Ingested]:
        """Land and load each stream by itself, as the mapped tasks do: one that fails does not hold the others.

        :param only: the stream that it is about, to save the others, when the source calls it so.
        """
        source, run = SOURCES[key], self.next_run(f"ingest_{key}")
        client = self.client(source)
        done: dict[str, Ingested] = {}
        known = only in {stream.name for stream in source.streams}
        for stream in source.streams:
            if known and stream.name != only and not stream.internal:
                continue
            try:
                manifest = land_stream(source, stream, client, self.s3, self.settings.landing_bucket, run, self.clock)
                [result] = self.load([manifest])
                done[stream.name] = manifest, result
            except PipelineError as error:
                done[stream.name] = error
        return done

    def raw_state(self, source: Source) -> RawState:
        """The latest version of each record that is not gone, as far as it counts."""
        return {
            stream.name: dict(
                self.warehouse.execute(EFFECTIVE.format(table=sql.Identifier("raw", raw_table(source.key, stream.name)))).fetchall()
            )
            for stream in source.streams
            if not stream.internal
        }

    def transform(self) -> None:
        """Build and test every model, and open the marts."""
        run = self.next_run("transform_catalog")
        for mart in MARTS:
            ledger.mart_building(self.warehouse, run, mart)
        build(self.warehouse_dsn, self.work, self.now)
        for mart in MARTS:
            ledger.mart_published(self.warehouse, run, self.now, mart)

    def deliver(self) -> int:
        """Bring the reference data, the marts and the views to Learn's Postgres; how many units were written."""
        with psycopg.connect(self.warehouse_dsn) as warehouse, psycopg.connect(self.learn_dsn) as learn:

            def counts(step: Callable[..., Mapping[str, DeliveryResult]], verb: str) -> int:
                results = step(warehouse, learn, self.next_run(verb), self.clock).values()
                return sum(each.inserted + each.updated + each.unpublished for each in results)

            deliver_reference(warehouse, learn, self.next_run("deliver_reference"), self.clock)
            written = counts(deliver, "deliver_app_database")
            if sources_of("news"):
                written += counts(deliver_news, "deliver_news")
            if sources_of("views"):
                views = deliver_views(warehouse, learn, self.next_run("deliver_views"), self.clock)
                written += views.added + views.recounted
            return written

    def index(self) -> SyncResult:
        """Bring Learn's Postgres to the search index."""
        ensure_indexes(self.search, self.settings.index_prefix)
        with psycopg.connect(self.learn_dsn) as learn:
            return sync(learn, self.search, self.settings.index_prefix, self.next_run("sync_search_index"), self.clock)

    def close(self) -> None:
        """Close the connections."""
        self.warehouse.close()
        self.learn.close()

    def report(self) -> Report:
        """Each stage against the next, as `make demo` compares them."""
        return Report(self.warehouse, self.learn, self.search, self.s3, self.settings.landing_bucket, self.settings.index_prefix)


@contextmanager
def running_pipeline(servers: Any, work: Path, label: str, **upstream: Any) -> Iterator[Pipeline]:
    """A pipeline on the test session's servers, with an upstream in a thread; its databases and indexes are gone afterwards.

    :param label: prefix of everything that is made on the servers.
    :param upstream: settings of the sandbox upstream.
    """
    tag = uuid.uuid4().hex[:10]
    buckets = {key: f"{label}-{key.replace('_', '-')}-{tag}" for key, feed in FEEDS.items() if feed.objects}
    landing = f"{label}-landing-{tag}"
    prefix = f"test{tag}"
    databases = {name: f"{label}_{name}_{tag}" for name in ("warehouse", "learn")}
    s3 = boto3.client("s3", **servers.s3)
    for bucket in (landing, *buckets.values()):
        s3.create_bucket(Bucket=bucket)
    search = make_client(SearchSettings(servers.opensearch_url))
    with ExitStack() as stack:
        stack.callback(search.indices.delete, index=f"{prefix}_*", ignore_unavailable=True)
        dsns = {name: stack.enter_context(temporary_database(servers, database)) for name, database in databases.items()}
        given = UpstreamSettings(s3=tuple(servers.s3.items()), buckets=buckets, **({"clock": CLOCK} | upstream))
        address = stack.enter_context(running_upstream(given))
        settings = Settings(
            home=work,
            ports=Ports(upstream=urlsplit(address).port or 0),
            given_opensearch_url=servers.opensearch_url,
            given_s3_url=servers.s3["endpoint_url"],
            given_s3_keys=(servers.s3["aws_access_key_id"], servers.s3["aws_secret_access_key"]),
            landing_bucket=landing,
            index_prefix=prefix,
        )
        create_learn_tables(dsns["learn"])
        control = stack.enter_context(UpstreamClient(address, given.control_token))
        applications = stack.enter_context(application_databases(servers, dsns["learn"], given))
        pipeline = Pipeline(settings, control, s3, dsns["warehouse"], dsns["learn"], search, work, buckets, applications)
        stack.callback(pipeline.close)
        ensure_schema(pipeline.warehouse)
        ensure_delivery_schema(pipeline.learn)
        ensure_search_schema(pipeline.learn)
        yield pipeline
