"""The connections of Airflow: to the local stack, as ``AIRFLOW_CONN_*`` variables (nothing is stored in Airflow's database), and to the
services of the Astro project, as `airflow_settings.yaml`. One declaration for both."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from include.local.settings import HOST, Settings
from include.local.upstream_connections import UPSTREAMS, plain_http
from include.sources.registry import SOURCES

Parts = dict[str, Any]

#: Connection of each database role; the id is the role's name.
DATABASE_CONNECTIONS = {
    "warehouse_loader": "warehouse",
    "warehouse_dbt": "warehouse",
    "warehouse_reader": "warehouse",
    "learn_delivery": "learn",
    "learn_search": "learn",
    "learn_views": "learn",
}


@dataclass(frozen=True)
class Place:
    """Where the servers are, and with what they are opened."""

    postgres: tuple[str, int]
    password_of: Callable[[str], str]
    search_url: str
    index_prefix: str
    s3: dict[str, str]
    landing_bucket: str
    ocw_bucket: str
    upstream_url: str
    webhook_secret: str
    airflow: tuple[str, int, str, str]
    """Host, port, user and password of Airflow's API."""

    @property
    def bucket_keys(self) -> Parts:
        """The parts of an `aws` connection but the extra."""
        return {"conn_type": "aws", "login": self.s3["aws_access_key_id"], "password": self.s3["aws_secret_access_key"]}

    def database(self, name: str, role: str) -> Parts:
        """A `postgres` connection."""
        host, port = self.postgres
        facts = {"conn_type": "postgres", "host": host, "port": port, "schema": name}
        return {**facts, "login": role, "password": self.password_of(role)}

    def bucket(self, name: str) -> Parts:
        """The extra of an `aws` connection to one bucket."""
        return {"endpoint_url": self.s3["endpoint_url"], "region_name": self.s3["region_name"], "bucket": name}


def local_place(settings: Settings) -> Place:
    """The stack of `make up`."""
    password = settings.secrets.airflow_users["pipeline"]
    return Place(
        postgres=settings.postgres_host_port,
        password_of=settings.secrets.roles.__getitem__,
        search_url=settings.opensearch_url,
        index_prefix=settings.index_prefix,
        s3=settings.s3,
        landing_bucket=settings.landing_bucket,
        ocw_bucket=settings.ocw_bucket,
        upstream_url=settings.upstream_url,
        webhook_secret=settings.secrets.webhook_secret,
        airflow=(HOST, settings.ports.airflow, "pipeline", password),
    )


def connections_of(place: Place) -> dict[str, Parts]:
    """Connection id -> its parts, in the form that Airflow reads from JSON."""
    made: dict[str, Parts] = {role: place.database(database, role) for role, database in DATABASE_CONNECTIONS.items()}
    search = urlsplit(place.search_url)
    made["search_index"] = {
        "conn_type": "opensearch",
        "host": search.hostname,
        "port": search.port or (443 if search.scheme == "https" else 80),
        "login": search.username or "",
        "password": search.password or "",
        "extra": {"prefix": place.index_prefix, "shards": 1, "replicas": 0, "use_ssl": search.scheme == "https"},
    }
    made["landing"] = place.bucket_keys | {"extra": place.bucket(place.landing_bucket)}
    for source in SOURCES.values():
        made[source.connection_id] = UPSTREAMS.get(source.key, plain_http)(place, source.key)
    host, port, user, password = place.airflow
    made["webhooks"] = {"conn_type": "generic", "host": host, "password": place.webhook_secret}
    made["airflow_api"] = {"conn_type": "http", "host": host, "port": port, "login": user, "password": password}
    return made


def connections(settings: Settings) -> dict[str, Parts]:
    """The connections of the local stack."""
    return connections_of(local_place(settings))


def connection_environment(settings: Settings) -> dict[str, str]:
    """``AIRFLOW_CONN_<ID>`` -> JSON."""
    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(parts) for name, parts in connections(settings).items()}
