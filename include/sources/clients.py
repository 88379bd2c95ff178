"""What a source reads with, made of the plain facts of its connection (host, password, extra), without knowing Airflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from include.sources.airbyte_server import API_PATH, AirbyteServer
from include.sources.base import Source
from include.sources.bucket import FETCH_THREADS, Bucket
from include.sources.database import Database
from include.sources.http import HttpClient
from include.sources.oauth import authenticate
from include.sources.transport import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS, USER_AGENT

PATH_SUFFIX = "_path"
AIRBYTE_CONNECTION = "airbyte_connection_id"
"""Extra of an upstream's connection: an Airbyte server reads the feed, by this connection of its own."""
S3_ATTEMPTS = 5


def upstream_client(source: Source, parts: Mapping[str, Any]) -> Any:
    """The client that a source reads with, of the parts of its connection: a bucket for ``aws``, a database for ``postgres``, else HTTP.

    :param parts: ``conn_type``, ``host``, ``port``, ``schema``, ``login``, ``password`` and ``extra``, as Airflow has them.
    """
    extra = parts.get("extra") or {}
    if parts["conn_type"] == "postgres":
        return database_client(source, parts, extra)
    if parts["conn_type"] == "aws":
        return bucket_client(source, parts.get("login"), parts.get("password"), extra)
    return http_client(source, str(parts["host"]), parts.get("password"), extra, parts.get("login"))


def http_client(
    source: Source, base_url: str, api_key: str | None = None, extra: dict[str, Any] | None = None, login: str | None = None
) -> HttpClient:
    """Client of an HTTP upstream.

    :param api_key: the key, or the client secret where there is a ``token_url``.
    :param extra: ``allow_private``: list of "host:port"; ``<stream>_path``: path or whole address of a stream, when it is not the
        source's own; ``token_url``: where tokens are given for ``login`` and the secret.
    """
    facts = extra or {}
    paths = {stream.name: facts[stream.name + PATH_SUFFIX] for stream in source.streams if facts.get(stream.name + PATH_SUFFIX)}
    token_url = facts.get("token_url")
    client = HttpClient(
        source=source.key,
        base_url=base_url,
        api_key=None if token_url else api_key or None,
        allow_private=tuple(facts.get("allow_private", ())),
        paths=paths,
        settings={name: value for name, value in facts.items() if name != "allow_private" and not name.endswith(PATH_SUFFIX)},
    )
    if token_url:
        authenticate(client, token_url, login or "", api_key or "")
    return client


def airbyte_client(source: Source, extra: Mapping[str, Any], server: Mapping[str, Any], destination: Mapping[str, Any]) -> AirbyteServer:
    """Client of an Airbyte server's connection that reads the feed instead of us.

    :param extra: of the upstream's connection: ``airbyte_connection_id``; ``airbyte_prefix``, where the destination writes, by default
        ``airbyte/<source>``.
    :param server: parts of the server's connection: ``host`` (with scheme), ``login`` and ``password`` (client id and secret), and in its
        extra ``api_path`` where the public API is elsewhere, ``allow_private``.
    :param destination: parts of the connection to the destination's bucket.
    """
    facts = server.get("extra") or {}
    bucket = bucket_client(source, destination.get("login"), destination.get("password"), dict(destination.get("extra") or {}))
    return AirbyteServer(
        source=source.key,
        base_url=str(server["host"]).rstrip("/") + str(facts.get("api_path", API_PATH)),
        client_id=server.get("login") or "",
        client_secret=server.get("password") or "",
        connection_id=str(extra[AIRBYTE_CONNECTION]),
        destination=bucket,
        prefix=str(extra.get("airbyte_prefix", f"airbyte/{source.key}")),
        allow_private=tuple(facts.get("allow_private", ())),
    )


def database_client(source: Source, parts: Mapping[str, Any], extra: Mapping[str, Any]) -> Database:
    """Client of an application's database.

    :param extra: ``read_schema``: the schema that is read; ``allow_private``: list of "host:port"; ``sslmode``.
    """
    named = {"host": "host", "port": "port", "dbname": "schema", "user": "login", "password": "password"}
    arguments = {name: parts.get(part) for name, part in named.items()} | {"sslmode": extra.get("sslmode")}
    return Database(source.key, arguments, str(extra["read_schema"]), tuple(extra.get("allow_private", ())))


def bucket_client(source: Source, access_key: str | None, secret_key: str | None, extra: dict[str, Any]) -> Bucket:
    """Client of a bucket upstream.

    :param extra: ``bucket``; ``prefix`` where the feed is not where its source looks by itself; ``endpoint_url`` and ``region_name``
        where they are not Amazon's.
    """
    s3 = s3_client(access_key, secret_key, extra)
    return Bucket(source=source.key, s3=s3, name=str(extra["bucket"]), prefix=str(extra.get("prefix", "")))


def s3_client(access_key: str | None, secret_key: str | None, extra: dict[str, Any]) -> Any:
    """A boto3 client with time-outs, retries and enough connections for parallel reads; also good for the landing zone."""
    return boto3.client(
        "s3",
        aws_access_key_id=access_key or None,
        aws_secret_access_key=secret_key or None,
        endpoint_url=extra.get("endpoint_url"),
        region_name=extra.get("region_name") or "us-east-1",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": S3_ATTEMPTS},
            max_pool_connections=FETCH_THREADS * 2,
            user_agent_extra=USER_AGENT.split()[0],
        ),
    )
