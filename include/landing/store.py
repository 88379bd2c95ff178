"""Reading and writing the landing zone: plain calls of an S3 client, each part checked against its manifest."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import orjson
from botocore.exceptions import ClientError

from include.errors import SourceError
from include.landing.keys import MANIFEST_NAME, run_date, stream_prefix
from include.landing.manifest import Manifest, PartInfo
from include.sources.base import Json

GZIP_LEVEL = 1
"""The lowest: three times the speed of the default, for a tenth more bytes on catalogue JSON."""


def _is_status(error: ClientError, *statuses: int) -> bool:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in statuses


def is_lost_race(error: ClientError) -> bool:
    """Whether a write with If-None-Match found the object there (412), or another writer at the same moment (409)."""
    return _is_status(error, 409, 412)


def pack(lines: Iterable[bytes]) -> bytes:
    """Lines as one compressed object; the same lines give the same bytes."""
    return gzip.compress(b"".join(line + b"\n" for line in lines), compresslevel=GZIP_LEVEL, mtime=0)


def put_part(s3: Any, bucket: str, key: str, lines: list[bytes]) -> PartInfo:
    """Store a part and say what a manifest has to know of it."""
    body = pack(lines)
    answer = s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/gzip")
    return PartInfo(
        key=key, sha256=hashlib.sha256(body).hexdigest(), records=len(lines), bytes=len(body), version_id=answer.get("VersionId")
    )


def put_manifest(s3: Any, bucket: str, manifest: Manifest) -> Manifest:
    """Commit: the first writer wins, and a later one gets what the first one wrote."""
    try:
        s3.put_object(
            Bucket=bucket,
            Key=manifest.key,
            Body=manifest.model_dump_json(indent=1).encode(),
            ContentType="application/json",
            IfNoneMatch="*",
        )
    except ClientError as error:
        if not is_lost_race(error):
            raise
        committed = read_manifest(s3, bucket, manifest.key)
        if committed is None:
            raise
        return committed
    return manifest


def read_manifest(s3: Any, bucket: str, key: str) -> Manifest | None:
    """The manifest at ``key``, None when there is none."""
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if _is_status(error, 404):
            return None
        raise
    return Manifest.model_validate_json(body)


def find_manifests(
    s3: Any, bucket: str, source: str, stream: str | None = None, day: date | None = None, run: str | None = None
) -> list[Manifest]:
    """Committed manifests in the order in which they were observed, narrowed by stream, day (UTC) and run."""
    streams = [stream] if stream else list_folders(s3, bucket, stream_prefix(source, "").removesuffix("stream=/") + "stream=")
    found = []
    for name in streams:
        for key, _ in list_keys(s3, bucket, _narrowed(stream_prefix(source, name), day, run)):
            if key.endswith("/" + MANIFEST_NAME) and (run is None or f"/run={run}/" in key):
                manifest = read_manifest(s3, bucket, key)
                if manifest:
                    found.append(manifest)
    return sorted(found, key=lambda manifest: (manifest.started_at, manifest.stream))


def _narrowed(prefix: str, day: date | None, run: str | None) -> str:
    """The prefix of a stream's landings of a day, or of the day that a run key begins with."""
    with suppress(ValueError):
        day = run_date(run) if run and day is None else day
    return f"{prefix}date={day.isoformat()}/" if day else prefix


def list_keys(s3: Any, bucket: str, prefix: str) -> Iterator[tuple[str, Any]]:
    """Every (key, last modified) under a prefix, page by page."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield entry["Key"], entry["LastModified"]


def list_folders(s3: Any, bucket: str, prefix: str) -> list[str]:
    """What follows ``prefix`` up to the next slash: the streams of a source, the days of a stream."""
    names = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/"):
        names += [folder["Prefix"][len(prefix) : -1] for folder in page.get("CommonPrefixes", [])]
    return names


def read_body(s3: Any, bucket: str, key: str, sha256: str, version_id: str | None = None) -> bytes:
    """The object whose content has this digest; a version kept by the bucket when the present one differs."""
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    if hashlib.sha256(body).hexdigest() != sha256 and version_id:
        body = s3.get_object(Bucket=bucket, Key=key, VersionId=version_id)["Body"].read()
    if hashlib.sha256(body).hexdigest() != sha256:
        raise SourceError(
            "A landed part is not what its manifest says",
            where=f"s3://{bucket}/{key}",
            what_to_do="Landing is never rewritten: restore this object's earlier version, or land again with a new run.",
        )
    return body


def read_part(s3: Any, bucket: str, part: PartInfo) -> bytes:
    """The lines of one part, as one block of text ending with a newline."""
    return gzip.decompress(read_body(s3, bucket, part.key, part.sha256, part.version_id))


def read_parts(s3: Any, bucket: str, manifest: Manifest) -> Iterator[tuple[str, int, bytes]]:
    """(part key, line number from 1, line) of everything that the manifest names; one part in memory at a time."""
    for part in manifest.parts:
        for number, line in enumerate(read_part(s3, bucket, part).splitlines(), start=1):
            yield part.key, number, line


def read_rejects(s3: Any, bucket: str, manifest: Manifest) -> list[Json]:
    """The rejects of a landing: ``{"reason", "where", "sample", "key"}`` each."""
    if manifest.rejects is None:
        return []
    body = gzip.decompress(read_body(s3, bucket, manifest.rejects.key, manifest.rejects.sha256))
    return [orjson.loads(line) for line in body.splitlines()]
