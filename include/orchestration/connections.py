"""From Airflow's connections to the clients that the steps take: psycopg, S3, OpenSearch. Read when a task runs, never at parse."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk import Connection

if TYPE_CHECKING:
    import psycopg
    from opensearchpy import OpenSearch

LANDING = "landing"
SEARCH_INDEX = "search_index"
WAREHOUSE_LOADER = "warehouse_loader"
WAREHOUSE_DBT = "warehouse_dbt"
WAREHOUSE_READER = "warehouse_reader"
LEARN_DELIVERY = "learn_delivery"
LEARN_SEARCH = "learn_search"
LEARN_VIEWS = "learn_views"
CONNECT_TIMEOUT_SECONDS = 10
S3_READ_TIMEOUT_SECONDS = 60
S3_CONNECTIONS = 32


@contextmanager
def postgres(conn_id: str, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A psycopg connection of the Airflow connection `conn_id`; committed at the end, rolled back on an error, and closed."""
    import psycopg

    with psycopg.connect(autocommit=autocommit, **_postgres_arguments(Connection.get(conn_id))) as connection:
        yield connection


def _postgres_arguments(connection: Connection) -> dict[str, Any]:
    arguments = {
        "host": connection.host,
        "port": connection.port,
        "dbname": connection.schema,
        "user": connection.login,
        "password": connection.password,
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "application_name": f"learn-pipelines {connection.conn_id}",
    }
    return {name: value for name, value in (arguments | connection.extra_dejson).items() if value is not None}


@dataclass(frozen=True)
class Bucket:
    """An S3 client with the bucket it is for."""

    client: Any
    name: str


def s3_bucket(conn_id: str = LANDING) -> Bucket:
    """The S3 client and the bucket of an `aws` connection (extra: endpoint_url, region_name, bucket)."""
    connection = Connection.get(conn_id)
    return Bucket(s3_client(connection), str(connection.extra_dejson["bucket"]))


def s3_client(connection: Connection) -> Any:
    """An S3 client with time-outs, the SDK's standard retries, and connections for parallel reads."""
    import boto3
    from botocore.config import Config

    extra = connection.extra_dejson
    return boto3.client(
        "s3",
        endpoint_url=extra.get("endpoint_url"),
        region_name=extra.get("region_name"),
        aws_access_key_id=connection.login or None,
        aws_secret_access_key=connection.password or None,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=S3_READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 5},
            max_pool_connections=S3_CONNECTIONS,
        ),
    )


@dataclass(frozen=True)
class SearchIndex:
    """An OpenSearch client with what its connection says about our indexes."""

    client: OpenSearch
    prefix: str
    shards: int
    replicas: int


def search_index(conn_id: str = SEARCH_INDEX) -> SearchIndex:
    """The OpenSearch of a connection (extra: prefix, shards, replicas, use_ssl)."""
    from include.search.client import SearchSettings, make_client

    connection = Connection.get(conn_id)
    extra = connection.extra_dejson
    scheme = "https" if extra.get("use_ssl") else "http"
    settings = SearchSettings(f"{scheme}://{connection.host}:{connection.port}", connection.login or "", connection.password or "")
    return SearchIndex(
        make_client(settings), str(extra.get("prefix", "mitlearn")), int(extra.get("shards", 1)), int(extra.get("replicas", 0))
    )


def learn_base_url() -> str:
    """Address under which Learn's own pages are reached (Learn's setting of the same name)."""
    return os.environ.get("APP_BASE_URL", "https://learn.mit.edu")
