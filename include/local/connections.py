"""Airflow's connections to the local stack, as ``AIRFLOW_CONN_*`` variables: nothing is stored in Airflow's database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from include.local.settings import HOST, Settings

#: Connection of each database role; the id is the role's name.
DATABASE_CONNECTIONS = {
    "warehouse_loader": "warehouse",
    "warehouse_dbt": "warehouse",
    "warehouse_reader": "warehouse",
    "learn_delivery": "learn",
    "learn_search": "learn",
}


def connections(settings: Settings) -> dict[str, dict[str, Any]]:
    """Connection id -> its parts, in the form that Airflow reads from JSON."""
    host, port = settings.postgres_host_port
    made: dict[str, dict[str, Any]] = {
        role: {
            "conn_type": "postgres",
            "host": host,
            "port": port,
            "schema": database,
            "login": role,
            "password": settings.secrets.roles[role],
        }
        for role, database in DATABASE_CONNECTIONS.items()
    }
    search = urlsplit(settings.opensearch_url)
    made["search_index"] = {
        "conn_type": "opensearch",
        "host": search.hostname,
        "port": search.port or (443 if search.scheme == "https" else 80),
        "login": search.username or "",
        "password": search.password or "",
        "extra": {"prefix": settings.index_prefix, "shards": 1, "replicas": 0, "use_ssl": search.scheme == "https"},
    }
    s3 = settings.s3
    keys = {"conn_type": "aws", "login": s3["aws_access_key_id"], "password": s3["aws_secret_access_key"]}
    bucket = {"endpoint_url": s3["endpoint_url"], "region_name": s3["region_name"]}
    made["landing"] = keys | {"extra": bucket | {"bucket": settings.landing_bucket}}
    made["upstream_ocw"] = keys | {"extra": bucket | {"bucket": settings.ocw_bucket, "base_url": "https://ocw.mit.edu/"}}
    for source in ("mitxonline", "xpro"):
        made[f"upstream_{source}"] = _upstream(settings, source)
    made["airflow_api"] = {
        "conn_type": "http",
        "host": HOST,
        "port": settings.ports.airflow,
        "login": "pipeline",
        "password": settings.secrets.airflow_users["pipeline"],
    }
    return made


def _upstream(settings: Settings, source: str) -> dict[str, Any]:
    paths = UPSTREAM_PATHS[source]
    return {
        "conn_type": "http",
        "host": settings.upstream_url,
        "extra": {"allow_private": [f"{HOST}:{settings.ports.upstream}"], **paths},
    }


#: Paths of the feeds under the upstream's address, as the publishers serve them.
UPSTREAM_PATHS: Mapping[str, Mapping[str, str]] = {
    "mitxonline": {"courses_path": "/mitxonline/api/v2/courses/", "programs_path": "/mitxonline/api/v2/programs/"},
    "xpro": {"courses_path": "/xpro/api/courses/", "programs_path": "/xpro/api/programs/"},
}


def connection_environment(settings: Settings) -> dict[str, str]:
    """``AIRFLOW_CONN_<ID>`` -> JSON."""
    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(parts) for name, parts in connections(settings).items()}
