"""Is a server well? Asked in its own protocol, by ``make status``, by ``make up`` and by the watchdog."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import psutil
import psycopg

from include.local.airflow_home import WORKER_TITLE
from include.local.settings import Settings

PROBE_SECONDS = 5.0
PATIENCE = 10
LOST_WORKERS_PATIENCE = 2
"""A worker that was killed does not come back by itself, so there is nothing to wait for."""
#: Program -> the name of its part in the answer of Airflow's monitor.
AIRFLOW_PARTS = {"airflow-scheduler": "scheduler", "airflow-parser": "dag_processor", "airflow-triggerer": "triggerer"}


@dataclass(frozen=True)
class Health:
    """Whether a server is well, and what it, or the failed question, said.

    :param patience: after how many such answers in a row the watchdog restarts it; 0 means that the answer proves nothing about it.
    """

    well: bool
    detail: str = ""
    patience: int = PATIENCE


@dataclass(frozen=True)
class Addresses:
    """Where the servers of one stack answer: all that the probes, and so the watchdog, must know."""

    postgres_dsn: str
    opensearch_url: str
    s3_health_url: str
    upstream_url: str
    airflow_url: str
    parallelism: int

    @classmethod
    def of(cls, settings: Settings) -> Addresses:
        """Those of a stack."""
        endpoint = settings.s3["endpoint_url"]
        return cls(
            postgres_dsn=settings.dsn("airflow"),
            opensearch_url=settings.opensearch_url,
            s3_health_url=endpoint if settings.given_s3_url else f"{endpoint}/healthz",
            upstream_url=settings.upstream_url,
            airflow_url=settings.airflow_url,
            parallelism=settings.parallelism,
        )


def probe(name: str, addresses: Addresses, pid: int = 0) -> Health:
    """Ask one server.

    :param name: program name, as supervisor knows it.
    :param pid: its process id; the scheduler is asked for its workers when it is given.
    """
    try:
        if name == "postgres":
            return _postgres(addresses.postgres_dsn)
        if name == "opensearch":
            told = _json(f"{addresses.opensearch_url}/_cluster/health")
            return Health(told["status"] in {"green", "yellow"}, f"{told['status']}, {told['active_primary_shards']} shards")
        if name == "s3":
            return _answers(addresses.s3_health_url)
        if name == "upstream":
            return _answers(f"{addresses.upstream_url}/healthz")
        if name == "airflow-api":
            return Health(_json(f"{addresses.airflow_url}/api/v2/monitor/health")["metadatabase"]["status"] == "healthy", "answers")
        if name == "airflow-scheduler" and pid and (alive := worker_count(pid)) < addresses.parallelism:
            return Health(False, f"{alive} of {addresses.parallelism} workers", patience=LOST_WORKERS_PATIENCE)
        if name in AIRFLOW_PARTS:
            return _airflow_part(AIRFLOW_PARTS[name], addresses)
    except (OSError, ValueError, KeyError, psycopg.Error) as error:
        return Health(False, _short(error))
    return Health(True, "runs")


def worker_count(scheduler_pid: int) -> int:
    """Living worker processes of LocalExecutor under this scheduler."""
    alive = 0
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(scheduler_pid).children():
            with contextlib.suppress(psutil.Error):
                title = " ".join(child.cmdline())
                alive += title.startswith(WORKER_TITLE) and child.status() != psutil.STATUS_ZOMBIE
    return alive


def _airflow_part(part: str, addresses: Addresses) -> Health:
    try:
        told: Mapping[str, Any] = _json(f"{addresses.airflow_url}/api/v2/monitor/health")[part]
    except OSError as error:
        return Health(False, f"not known: the API does not answer ({_short(error)})", patience=0)
    beat = next((value for name, value in told.items() if name.startswith("latest_") and value), None)
    return Health(told["status"] == "healthy", f"last heartbeat {str(beat)[11:19]} UTC" if beat else "no heartbeat yet")


def _postgres(dsn: str) -> Health:
    with psycopg.connect(
        dsn, connect_timeout=int(PROBE_SECONDS), options=f"-c statement_timeout={int(PROBE_SECONDS * 1000)}"
    ) as connection:
        major = connection.execute("show server_version").fetchone()
    return Health(True, f"version {major[0] if major else ''}")


def _answers(url: str) -> Health:
    try:
        with urllib.request.urlopen(url, timeout=PROBE_SECONDS):  # noqa: S310 - an address of our own settings
            return Health(True, "answers")
    except urllib.error.HTTPError as error:
        busy = error.code == HTTPStatus.SERVICE_UNAVAILABLE  # it lives, and says itself that it is not ready
        detail = error.read(200).decode(errors="replace") if busy else f"answers {error.code}"
        return Health(error.code < HTTPStatus.INTERNAL_SERVER_ERROR, detail, patience=0 if busy else PATIENCE)


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=PROBE_SECONDS) as answer:  # noqa: S310 - an address of our own settings
        return json.load(answer)


def _short(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
