"""The connections of Airflow: to the local stack, as ``AIRFLOW_CONN_*`` variables (nothing is stored in Airflow's database), and to the
services of the Astro project, as `airflow_settings.yaml`. One declaration for both."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from include.local.addresses import Addresses, Parts
from include.local.settings import HOST, Settings
from include.local.upstream_connections import UPSTREAMS, plain_http
from include.sources.registry import SOURCES

#: Connection of each database role; the id is the role's name.
DATABASE_CONNECTIONS = {
    "warehouse_loader": "warehouse",
    "warehouse_dbt": "warehouse",
    "warehouse_reader": "warehouse",
    "learn_delivery": "learn",
    "learn_search": "learn",
    "learn_views": "learn",
}


def local_addresses(settings: Settings) -> Addresses:
    """The stack of `make up`."""
    password = settings.secrets.airflow_users["pipeline"]
    return Addresses(
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


def connections_of(addresses: Addresses) -> dict[str, Parts]:
    """Connection id -> its parts, in the form that Airflow reads from JSON."""
    made: dict[str, Parts] = {role: addresses.database(database, role) for role, database in DATABASE_CONNECTIONS.items()}
    search = urlsplit(addresses.search_url)
    made["search_index"] = {
        "conn_type": "opensearch",
        "host": search.hostname,
        "port": search.port or (443 if search.scheme == "https" else 80),
        "login": search.username or "",
        "password": search.password or "",
        "extra": {"prefix": addresses.index_prefix, "shards": 1, "replicas": 0, "use_ssl": search.scheme == "https"},
    }
    made["landing"] = addresses.bucket_keys | {"extra": addresses.bucket(addresses.landing_bucket)}
    for source in SOURCES.values():
        made[source.connection_id] = UPSTREAMS.get(source.key, plain_http)(addresses, source.key)
    host, port, user, password = addresses.airflow
    made["webhooks"] = {"conn_type": "generic", "host": host, "password": addresses.webhook_secret}
    made["airflow_api"] = {"conn_type": "http", "host": host, "port": port, "login": user, "password": password}
    return made


def connections(settings: Settings) -> dict[str, Parts]:
    """The connections of the local stack."""
    return connections_of(local_addresses(settings))


def connection_environment(settings: Settings) -> dict[str, str]:
    """``AIRFLOW_CONN_<ID>`` -> JSON."""
    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(parts) for name, parts in connections(settings).items()}
