"""The steps of the chain as Airflow's tasks call them, each on the addresses that a task is given; they run in processes of their own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from dbt.cli.main import dbtRunner
from psycopg.conninfo import conninfo_to_dict

from include.delivery import deliver, deliver_reference
from include.landing import land_stream, run_key
from include.landing.keys import manifest_key
from include.landing.store import read_manifest
from include.local.addresses import Addresses
from include.local.connections import connections_of
from include.orchestration import manifest as dbt_manifest
from include.parity.transform import transform as transform_mart
from include.search import SearchSettings, ensure_indexes, make_client, sync
from include.search.bulk import Limits
from include.sources.base import Json
from include.sources.clients import s3_client, upstream_client
from include.sources.http import HttpClient
from include.sources.registry import SOURCES
from include.warehouse import ledger
from include.warehouse.load import load_stream

PART_BYTES = 4_000
"""So that a feed of a few records has several parts, and a read can go on after one of them."""
CHUNK_UNITS = 7
INDEX_TYPES = ("course", "program", "podcast", "podcast_episode")
BACKOFF_SECONDS = 0.01
PARSED: list[Any] = []
"""What dbt's parser made of the project; filled once, before a process is forked for each step."""
PARSED_FOR = "warehouse"
"""The database that it was parsed for."""


@dataclass(frozen=True)
class Place:
    """Where one chain's servers are, as its steps see them (through the proxies); of plain values, for JSON."""

    dsns: dict[str, str]
    """Role -> DSN."""
    search_url: str
    prefix: str
    s3: dict[str, str]
    bucket: str
    ocw_bucket: str
    upstream_url: str
    work: str

    def connect(self, role: str, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(self.dsns[role], connect_timeout=10, **options)

    def bucket_client(self) -> Any:
        return s3_client(self.s3["aws_access_key_id"], self.s3["aws_secret_access_key"], self.s3)

    def upstream(self, source: str) -> Any:
        """What a source reads with, by the connection of the local stack; pages of MITx Online are small, so that there are several."""
        told = connections_of(
            Addresses(
                postgres=("127.0.0.1", 1), password_of=lambda role: "", search_url=self.search_url, index_prefix=self.prefix, s3=self.s3,
                landing_bucket=self.bucket, ocw_bucket=self.ocw_bucket, upstream_url=self.upstream_url, webhook_secret="",
                airflow=("127.0.0.1", 1, "", ""),
            )
        )  # fmt: skip
        parts = told[SOURCES[source].connection_id]
        if source == "mitxonline":
            parts["extra"]["courses_path"] = "/api/v2/courses/?page_size=5"
        client = upstream_client(SOURCES[source], parts)
        if isinstance(client, HttpClient):
            client.backoff_seconds = BACKOFF_SECONDS
        return client


class FileState:
    """How far a read came, in a file that outlives the process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self) -> Json | None:
        return json.loads(self.path.read_text()) if self.path.exists() else None

    def set(self, value: Json | None) -> None:
        if value is None:
            self.path.unlink(missing_ok=True)
            return
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(value))
        draft.replace(self.path)


def land(place: Place, source: str, name: str, now: datetime) -> Json:
    """Land each stream of a source that is not landed yet, with its line in the ledger."""
    feed, run, s3 = SOURCES[source], _landing(source, name, now), place.bucket_client()
    client, landed = place.upstream(source), 0
    with place.connect("warehouse_loader", autocommit=True) as warehouse:
        for stream in feed.streams:
            facts = (run, source, stream.name)
            ledger.run_started(warehouse, *facts, f"ingest_{source}", name, now)
            state = FileState(Path(place.work) / f"{source}-{stream.name}-{name}.json")
            try:
                manifest = land_stream(feed, stream, client, s3, place.bucket, run, lambda: now, state, part_bytes=PART_BYTES)
            except Exception as error:
                ledger.run_finished(warehouse, *facts, now, error=error)
                raise
            ledger.run_finished(warehouse, *facts, now, manifest=manifest)
            landed += manifest.total
    return {"landed": landed}


def load(place: Place, source: str, name: str, now: datetime) -> Json:
    """Load what the run has landed."""
    s3, run, counts = place.bucket_client(), _landing(source, name, now), {"new_versions": 0, "removed": 0}
    for stream in (each for each in SOURCES[source].streams if not each.internal):
        manifest = read_manifest(s3, place.bucket, manifest_key(source, stream.name, run))
        if manifest is not None:
            with place.connect("warehouse_loader") as connection:
                result = load_stream(connection, s3, place.bucket, manifest)
            counts = {each: count + getattr(result, each) for each, count in counts.items()}
    return counts


def _landing(source: str, name: str, now: datetime) -> str:
    return run_key(f"ingest_{source}", name, now)


def transform(place: Place, source: str, name: str, now: datetime, tests: bool = True) -> Json:
    """Build what is new, test it and publish it: what `transform_catalog` does in three tasks.

    :param tests: without them dbt takes half the time; the same data pass them in another chain or attempt.
    """
    without = [flag for kind in ("unit_test", *(() if tests else ("test",))) for flag in ("--exclude-resource-type", kind)]
    plan = transform_mart(place.connect, name, now, lambda arguments: _dbt(place, [*arguments, *without], now))
    return {"selected": plan.select}


class DbtFailed(Exception):
    """Models or tests failed."""


def _dbt(place: Place, arguments: list[str], now: datetime) -> None:
    set_dbt_environment(place.dsns["warehouse_dbt"], now)
    database = str(conninfo_to_dict(place.dsns["warehouse_dbt"])["dbname"])
    done = dbtRunner(manifest=_manifest_for(database)).invoke(["build", *arguments, *dbt_options(database)])
    if not done.success:
        failed = [each for each in (done.result or ()) if each.status in ("error", "fail")]
        raise DbtFailed(f"{done.exception or ''} {[f'{each.node.unique_id}: {each.message}' for each in failed[:3]]}")


def _manifest_for(database: str) -> Any:
    """The manifest, with every relation in that database: this process is the only one that uses this copy of it."""
    [manifest] = PARSED
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        if node.database == PARSED_FOR:
            node.database = database
            if node.relation_name:
                node.relation_name = node.relation_name.replace(f'"{PARSED_FOR}".', f'"{database}".')
    return manifest


def parse(dsn: str) -> None:
    """Let dbt parse its project."""
    dbt_manifest.build_if_stale()
    set_dbt_environment(dsn)
    done = dbtRunner().invoke(["parse", *dbt_options(PARSED_FOR)])
    if not done.success:
        raise DbtFailed(f"dbt cannot parse its project: {done.exception}")
    PARSED.append(done.result)


def set_dbt_environment(dsn: str, now: datetime | None = None) -> None:
    """What the profile and the models read."""
    told = conninfo_to_dict(dsn)
    names = {"HOST": "host", "PORT": "port", "DB": "dbname", "USER": "user", "PASSWORD": "password"}
    os.environ.update({f"WAREHOUSE_{name}": str(told[key]) for name, key in names.items()})
    if now is not None:
        os.environ["CATALOG_AS_OF"] = now.isoformat()


def dbt_options(database: str) -> list[str]:
    """Where dbt works, quietly."""
    folder = Path(os.environ["FAULTS_DBT"]) / database
    project = (
        "--project-dir",
        str(dbt_manifest.PROJECT),
        "--profiles-dir",
        str(dbt_manifest.PROJECT),
        "--target",
        dbt_manifest.TARGET_NAME,
    )
    return [*project, "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"), "--log-level", "none", "--threads", "2"]


def deliver_catalog(place: Place, source: str, name: str, now: datetime) -> Json:
    """Bring the marts to Learn's Postgres."""
    with place.connect("warehouse_reader") as warehouse, place.connect("learn_delivery") as learn:
        results = deliver(warehouse, learn, name, lambda: now, chunk_units=CHUNK_UNITS)
    return {"written": sum(each.inserted + each.updated + each.unpublished for each in results.values())}


def deliver_taxonomy(place: Place, source: str, name: str, now: datetime) -> Json:
    """Bring the reference data, which delivery of resources needs."""
    with place.connect("warehouse_reader") as warehouse, place.connect("learn_delivery") as learn:
        deliver_reference(warehouse, learn, name, lambda: now)
    return {}


def sync_index(place: Place, source: str, name: str, now: datetime) -> Json:
    """Bring Learn's Postgres to the index, in small requests."""
    client = make_client(SearchSettings(place.search_url))
    ensure_indexes(client, place.prefix, types=INDEX_TYPES)
    with place.connect("learn_search") as learn:
        limits = Limits(batch_entries=20, request_documents=8, attempts=4, first_wait_seconds=0, yellow_wait_seconds=3)
        result = sync(learn, client, place.prefix, name, lambda: now, limits=limits)
    return {"written": result.indexed + result.deleted}


STEPS: dict[str, Callable[[Place, str, str, datetime], Json]] = {
    "land": land,
    "load": load,
    "transform": transform,
    "build": partial(transform, tests=False),
    "reference": deliver_taxonomy,
    "deliver": deliver_catalog,
    "sync": sync_index,
}
LONGEST = timedelta(seconds=300)
"""A step that takes longer hangs."""


def run(task: Json) -> Json:
    """Do a step and return what it counted."""
    return STEPS[task["step"]](Place(**task["place"]), task["source"], task["name"], datetime.fromisoformat(task["now"]).astimezone(UTC))
