"""Writing objects to the publishers' buckets so that an object that is already right keeps its ETag and LastModified."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from threading import BoundedSemaphore
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

log = logging.getLogger(__name__)

PUT_THREADS = 8
PUTS_WAITING = 64
KEYS_PER_DELETE = 1000


@dataclass
class Changes:
    """What a write came to."""

    written: int = 0
    unchanged: int = 0
    deleted: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.written + other.written, self.unchanged + other.unchanged, self.deleted + other.deleted)


def s3_client(arguments: dict[str, str]) -> Any:
    """A client with connections for all threads and short time-outs."""
    config = Config(max_pool_connections=PUT_THREADS + 2, connect_timeout=5, read_timeout=60, retries={"max_attempts": 3})
    options: dict[str, Any] = {"config": config, **arguments}
    return boto3.client("s3", **options)


def list_objects(s3: Any, bucket: str, prefix: str) -> Iterator[tuple[str, str]]:
    """(key, ETag without quotes) of every object under ``prefix``."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield item["Key"], item["ETag"].strip('"')


def unit_of(root: str, key: str) -> str:
    """The unit under ``root`` that an object key belongs to; a unit's own name is taken as it is."""
    return key.removeprefix(root).split("/", 1)[0]


def list_units(s3: Any, bucket: str, root: str) -> Iterator[str]:
    """Folders, and objects that lie directly under ``root``, in order within each page of the listing."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=root, Delimiter="/"):
        names = [item["Prefix"] for item in page.get("CommonPrefixes", [])] + [item["Key"] for item in page.get("Contents", [])]
        yield from sorted(unit_of(root, name) for name in names if name != root)


def list_unit(s3: Any, bucket: str, root: str, unit: str) -> dict[str, str]:
    """Keys and ETags of one unit."""
    return {key: etag for key, etag in list_objects(s3, bucket, root + unit) if unit_of(root, key) == unit}


def delete_objects(s3: Any, bucket: str, keys: Iterable[str]) -> int:
    """Delete, and return how many. Deleting what is not there is not an error."""
    deleted, waiting = 0, iter(keys)
    while batch := list(islice(waiting, KEYS_PER_DELETE)):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True})
        if answer.get("Errors"):
            raise OSError(f"objects of {bucket} stay: {answer['Errors'][:3]}")
        deleted += len(batch)
    return deleted


def put(s3: Any, bucket: str, key: str, body: bytes) -> None:
    """Write one object with the content type of its name."""
    kind = "application/json" if key.endswith(".json") else "application/octet-stream"
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind)


def ensure_bucket(s3: Any, bucket: str) -> None:
    """Create the bucket when it is missing."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        s3.create_bucket(Bucket=bucket)


class Writer:
    """Puts objects from several threads, only those that differ from what lies there.

    Use as a context manager; leaving it waits for all puts and raises the first error. At most ``PUTS_WAITING`` bodies are
    held, however many are written.
    """

    def __init__(self, s3: Any, bucket: str, leave: Collection[str] = ()) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._leave = tuple(leave)
        self._pool = ThreadPoolExecutor(PUT_THREADS, thread_name_prefix="bucket-put")
        self._waiting = BoundedSemaphore(PUTS_WAITING)
        self._failures: list[BaseException] = []
        self.changes = Changes()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=error[0] is not None)
        if error[0] is None and self._failures:
            raise self._failures[0]

    def write(self, key: str, body: bytes, known: dict[str, str]) -> None:
        """Queue one object unless it is there with the same content, or is to be left as it is.

        The ETag of an object that was put in one part is the MD5 of its content; any other ETag just means one more put.
        """
        if self._failures:
            raise self._failures[0]
        if self.is_left(key):
            return
        if known.get(key) == hashlib.md5(body, usedforsecurity=False).hexdigest():
            self.changes.unchanged += 1
            return
        self._waiting.acquire()
        self.changes.written += 1
        self._pool.submit(put, self._s3, self._bucket, key, body).add_done_callback(self._done)

    def is_left(self, key: str) -> bool:
        """Whether a command has changed this key, or its whole unit, so that it must stay."""
        return any(key == one or (one.endswith("/") and key.startswith(one)) for one in self._leave)

    def prune(self, keys: Iterable[str]) -> None:
        """Delete keys, except those that are to be left as they are."""
        self.changes.deleted += delete_objects(self._s3, self._bucket, (key for key in keys if not self.is_left(key)))

    def _done(self, future: Future[None]) -> None:
        self._waiting.release()
        failure = None if future.cancelled() else future.exception()
        if failure is not None:
            self._failures.append(failure)
