"""The raw tools that the stages are measured against, on the same servers and the same bytes."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import orjson
import psycopg
from opensearchpy import OpenSearch, helpers
from psycopg import sql

from include.landing import find_manifests
from include.local.postgres import find_binaries
from include.local.settings import Settings
from include.search import SearchSettings, make_client
from include.search.names import QUERYABLE_TYPES, serving_alias
from include.sources.registry import stream_names, stream_of

BULK_DOCUMENTS = 500


def psql_copy(settings: Settings, folder: Path, *, expanded: bool) -> float:
    """Seconds that ``psql \\copy`` takes to put the landed payloads into one table per stream shaped like the raw table.

    The bytes are those of the landing, unpacked and split into columns beforehand; the table is logged and has its primary key.

    :param expanded: of the streams whose documents are parsed into records, else of all others.
    """
    s3 = boto3.client("s3", **settings.s3)
    folder.mkdir(parents=True, exist_ok=True)
    streams = [names for names in stream_names() if bool(stream_of(*names).expand) is expanded]
    return sum(_copy_stream(settings, s3, folder / f"{source}_{stream}.copy", source, stream) for source, stream in streams)


def _copy_stream(settings: Settings, s3: Any, file: Path, source: str, stream: str) -> float:
    manifest = find_manifests(s3, settings.landing_bucket, source, stream)[-1]
    with file.open("wb") as out:
        for part in manifest.parts:
            body = s3.get_object(Bucket=settings.landing_bucket, Key=part.key)["Body"].read()
            out.writelines(_copy_line(line) for line in gzip.decompress(body).splitlines())
    table = f"bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(settings.dsn("warehouse"), autocommit=True) as connection:
        connection.execute(
            sql.SQL(
                "create table {} (version_id bigint generated always as identity primary key, record_key text not null, payload jsonb)"
            ).format(sql.Identifier(table))
        )
        command = f"\\copy {table} (record_key, payload) from '{file}'"
        began = time.monotonic()
        subprocess.run([find_binaries() / "psql", settings.dsn("warehouse"), "-qc", command], check=True)  # noqa: S603
        seconds = time.monotonic() - began
        connection.execute(sql.SQL("drop table {}").format(sql.Identifier(table)))
    file.unlink()
    return seconds


def _copy_line(line: bytes) -> bytes:
    envelope = orjson.loads(line)
    payload = orjson.dumps(envelope.get("payload"))
    return b"%s\t%s\n" % (envelope["key"].encode(), payload.replace(b"\\", b"\\\\"))


def ready_documents(settings: Settings) -> dict[str, list[tuple[str, bytes]]]:
    """Every document of the serving indexes, per resource type, as the bytes that are sent."""
    client = make_client(SearchSettings(settings.opensearch_url))
    found: dict[str, list[tuple[str, bytes]]] = {}
    for kind in QUERYABLE_TYPES:
        hits = helpers.scan(client, index=serving_alias(settings.index_prefix, kind), query={"query": {"match_all": {}}})
        found[kind] = [(hit["_id"], orjson.dumps(hit["_source"])) for hit in hits]
    return found


def bulk_ready(settings: Settings, documents: dict[str, list[tuple[str, bytes]]]) -> float:
    """Seconds that the bulk API takes for ready documents, into empty indexes with the same settings and mappings, refresh included."""
    client = make_client(SearchSettings(settings.opensearch_url))
    seconds = 0.0
    for kind, ready in documents.items():
        index = f"bench_{kind}_{uuid.uuid4().hex}"
        client.indices.create(index=index, body=_body(client, serving_alias(settings.index_prefix, kind)))
        began = time.monotonic()
        for chunk in _chunks(ready):
            lines = b"".join(b'{"index":{"_id":"%s"}}\n%s\n' % (each[0].encode(), each[1]) for each in chunk)
            answer = client.bulk(index=index, body=lines)
            if answer["errors"]:
                raise RuntimeError(f"the bulk API refused ready documents: {json.dumps(answer)[:500]}")
        client.indices.refresh(index=index)
        seconds += time.monotonic() - began
        client.indices.delete(index=index)
    return seconds


def lose_indexes(settings: Settings) -> None:
    """Delete every serving index, as a server that lost its disk; the next sync finds them empty and sends all documents again."""
    client = make_client(SearchSettings(settings.opensearch_url))
    for kind in QUERYABLE_TYPES:
        client.indices.delete(index=",".join(client.indices.get_alias(name=serving_alias(settings.index_prefix, kind))))


def _chunks(ready: list[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    for start in range(0, len(ready), BULK_DOCUMENTS):
        yield ready[start : start + BULK_DOCUMENTS]


def _body(client: OpenSearch, alias: str) -> dict[str, Any]:
    [(name, mapping)] = client.indices.get_mapping(index=alias).items()
    index = client.indices.get_settings(index=name)[name]["settings"]["index"]
    kept = {key: value for key, value in index.items() if key in {"number_of_shards", "number_of_replicas", "analysis", "refresh_interval"}}
    return {"settings": {"index": kept}, "mappings": mapping["mappings"]}
