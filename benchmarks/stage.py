"""One stage in a process of its own, so that its time and its peak memory are its own: ``python -m benchmarks.stage load HOME``.

The stage `land` has a process for each feed, as Airflow has; its peak is that of the largest.

Prints one JSON line: ``seconds`` (the work, without imports and connecting), ``units`` (what it handled), ``peak_mib`` (of the
process, or of the dbt that it ran).
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import psycopg

from include.delivery import deliver, deliver_news, deliver_reference
from include.delivery.views import deliver_views
from include.landing import find_manifests, land_source, run_key
from include.local.connections import connections
from include.local.place import settings_in
from include.local.settings import Settings
from include.orchestration.mart_groups import MART_GROUPS
from include.parity.build import build, run_dbt
from include.parity.transform import transform as transform_mart
from include.search import SearchSettings, ensure_indexes, make_client, sync
from include.search.names import QUERYABLE_TYPES
from include.search.rebuild import Rebuilding, load_candidate, swap_alias
from include.sources import clients
from include.sources.base import Source
from include.sources.registry import SOURCES, stream_names, stream_of
from include.warehouse.load import load_stream

KIB_PER_MIB = 1024
Work = Callable[..., int]


def now() -> datetime:
    """The clock of every stage."""
    return datetime.now(UTC)


def upstream_client(settings: Settings, source: Source) -> Any:
    """What the source reads with, as the connection of the local stack describes it."""
    return clients.upstream_client(source, connections(settings)[source.connection_id])


def land(settings: Settings) -> int:
    """Pull all feeds; records landed."""
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as processes:
        return sum(processes.imap(partial(_land, settings), SOURCES))


def _land(settings: Settings, key: str) -> int:
    s3, moment, source = boto3.client("s3", **settings.s3), now(), SOURCES[key]
    run = run_key(f"ingest_{key}", f"bench-{moment.isoformat()}", moment)
    manifests = land_source(source, upstream_client(settings, source), s3, settings.landing_bucket, run, now)
    return sum(manifest.total for manifest in manifests)


def load(settings: Settings) -> int:
    """Load what was landed last of the streams whose records are landed one by one; records read."""
    return _load(settings, [(source, stream) for source, stream in stream_names() if not stream_of(source, stream).expand])


def load_documents(settings: Settings) -> int:
    """Load what was landed last of the streams whose documents (RSS) are parsed into records; records read."""
    return _load(settings, [(source, stream) for source, stream in stream_names() if stream_of(source, stream).expand])


def _load(settings: Settings, streams: list[tuple[str, str]]) -> int:
    s3 = boto3.client("s3", **settings.s3)
    read = 0
    with psycopg.connect(settings.dsn("warehouse", "warehouse_loader")) as connection:
        for source, stream in streams:
            manifest = find_manifests(s3, settings.landing_bucket, source, stream)[-1]
            read += load_stream(connection, s3, settings.landing_bucket, manifest).landed
    return read


def deliver_units(settings: Settings) -> int:
    """Deliver the marts; units written."""
    with (
        psycopg.connect(settings.dsn("warehouse", "warehouse_reader")) as warehouse,
        psycopg.connect(settings.dsn("learn", "learn_delivery")) as learn,
    ):
        results = deliver(warehouse, learn, f"bench-{now().isoformat()}", now)
    return sum(result.inserted + result.updated + result.unpublished for result in results.values())


def deliver_others(settings: Settings) -> int:
    """Deliver news, events and counts of views; items and resources written."""
    run = f"bench-{now().isoformat()}"
    with psycopg.connect(settings.dsn("warehouse", "warehouse_reader")) as warehouse:
        with psycopg.connect(settings.dsn("learn", "learn_delivery")) as learn:
            results = deliver_news(warehouse, learn, f"{run}-news", now)
        with psycopg.connect(settings.dsn("learn", "learn_views")) as learn:
            views = deliver_views(warehouse, learn, f"{run}-views", now)
    items = sum(result.inserted + result.updated + result.unpublished for result in results.values())
    return items + views.added + views.recounted


def reference(settings: Settings) -> int:
    """Deliver the taxonomy, which delivery of resources needs."""
    with (
        psycopg.connect(settings.dsn("warehouse", "warehouse_reader")) as warehouse,
        psycopg.connect(settings.dsn("learn", "learn_delivery")) as learn,
    ):
        deliver_reference(warehouse, learn, f"bench-{now().isoformat()}", now)
    return 0


def sync_documents(settings: Settings) -> int:
    """Sync the index; documents sent."""
    client = make_client(SearchSettings(settings.opensearch_url))
    with psycopg.connect(settings.dsn("learn", "learn_search")) as connection:
        result = sync(connection, client, settings.index_prefix, f"bench-{now().isoformat()}", now)
    return result.indexed + result.deleted


def rebuild_indexes(settings: Settings) -> int:
    """Load, verify and swap every index, as fast as it goes; documents that the new ones were sent."""
    client = make_client(SearchSettings(settings.opensearch_url))
    sent = 0
    with psycopg.connect(settings.dsn("learn", "learn_search")) as connection:
        for kind in QUERYABLE_TYPES:
            rebuilding = Rebuilding(connection, client, settings.index_prefix, kind, f"bench-{now().isoformat()}", now)
            sent += load_candidate(rebuilding).documents
            swap_alias(rebuilding)
    return sent


def indexes(settings: Settings) -> int:
    """Make the indexes, as the bulk API finds its own made."""
    return len(ensure_indexes(make_client(SearchSettings(settings.opensearch_url)), settings.index_prefix, 1, 0))


def parse(settings: Settings) -> int:
    """Let dbt parse its project, as Airflow's parser has when a run begins."""
    run_dbt(settings.dsn("warehouse", "warehouse_dbt"), settings.home / "dbt", ["parse"])
    return 0


def transform(settings: Settings) -> int:
    """What is new through dbt with its tests, published, for both marts; the number of dbt selectors that were chosen."""
    moment = now()

    def connect(role: str) -> psycopg.Connection[Any]:
        return psycopg.connect(settings.dsn("warehouse", role))

    def dbt(arguments: list[str]) -> None:
        build(settings.dsn("warehouse", "warehouse_dbt"), settings.home / "dbt", moment, *arguments)

    plans = [transform_mart(connect, f"bench-{moment.isoformat()}", moment, dbt, group) for group in MART_GROUPS.values()]
    return sum(len(plan.select.split()) for plan in plans)


def build_models(settings: Settings) -> int:
    """One bare ``dbt build`` in a process of its own, imports and start included, the parse cached before."""
    build(settings.dsn("warehouse", "warehouse_dbt"), settings.home / "dbt", now())
    return 0


def rebuild_models(settings: Settings) -> int:
    """The same with everything rebuilt."""
    build(settings.dsn("warehouse", "warehouse_dbt"), settings.home / "dbt", now(), "--full-refresh")
    return 0


STAGES: dict[str, Work] = {
    "land": land,
    "load": load,
    "load_documents": load_documents,
    "parse": parse,
    "transform": transform,
    "build": build_models,
    "rebuild": rebuild_models,
    "reference": reference,
    "deliver": deliver_units,
    "others": deliver_others,
    "indexes": indexes,
    "sync": sync_documents,
    "rebuild_indexes": rebuild_indexes,
}


def main(stage: str, home: str) -> None:
    """Run the stage once and print what it took."""
    settings = settings_in(Path(home))
    if stage == "land":
        importlib.import_module("include.sources.airbyte")  # else its import would count as work, once for each feed that needs it
    began = time.monotonic()
    units = STAGES[stage](settings)
    seconds = time.monotonic() - began
    print(json.dumps({"seconds": round(seconds, 3), "units": units, "peak_mib": round(peak_kib() / KIB_PER_MIB)}))


def peak_kib() -> int:
    """Of this process, or of the largest that it ran. Not ``ru_maxrss`` of its own: an exec hands on the one of whoever called it."""
    [own] = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


if __name__ == "__main__":
    main(*sys.argv[1:])
