"""An upstream that is an S3 bucket: list, compare two listings, fetch what differs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from include.errors import AuthError, RateLimited, SchemaDrift, SourceError, UpstreamUnavailable
from include.sources.base import Json, Reject, RequestLog
from include.sources.payload import MAX_RECORD_BYTES, parse_json

FETCH_THREADS = 16


@dataclass(frozen=True)
class Change:
    """A key whose object is new or differs (``entry``: its line of the listing), or is gone (None)."""

    key: str
    entry: Json | None


def changes(new: Iterable[Json], old: Iterable[Json]) -> Iterator[Change]:
    """Compare two listings in the order of their keys, holding one line of each."""
    before = iter(old)
    known = next(before, None)
    for entry in new:
        while known is not None and known["key"] < entry["key"]:
            yield Change(known["key"], None)
            known = next(before, None)
        if known is None or known["key"] != entry["key"]:
            yield Change(entry["key"], entry)
            continue
        if (known["etag"], known["last_modified"]) != (entry["etag"], entry["last_modified"]):
            yield Change(entry["key"], entry)
        known = next(before, None)
    while known is not None:
        yield Change(known["key"], None)
        known = next(before, None)


def moment(value: datetime) -> str:
    """LastModified in whole seconds, UTC: a listing may be finer than the header of a GET."""
    return value.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


@dataclass
class Bucket:
    """One bucket of an upstream.

    :param s3: a boto3 client (safe to share between threads) with its own retries and time-outs.
    :param prefix: where the feed lies in the bucket, when it is not where the source looks by itself.
    """

    source: str
    s3: Any
    name: str
    prefix: str = ""
    threads: int = FETCH_THREADS
    log: RequestLog = field(default_factory=RequestLog)

    def list_objects(self, prefix: str, after: str = "") -> Iterator[Json]:
        """``{"key", "etag", "last_modified", "size"}`` of every object under a prefix, after a key, in the order of keys."""
        options = {"StartAfter": after} if after else {}
        try:
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix, **options):
                self.log.requests += 1
                for entry in page.get("Contents", []):
                    yield {
                        "key": entry["Key"],
                        "etag": entry["ETag"].strip('"'),
                        "last_modified": moment(entry["LastModified"]),
                        "size": entry["Size"],
                    }
        except (ClientError, BotoCoreError) as error:
            self._refuse(error, f"s3://{self.name}/{prefix}")

    def fetch_all(self, keys: list[str]) -> list[Json | Reject | None]:
        """Each object in the order of ``keys``: an envelope with its ``body``, a reject, or None when it is not there any more."""
        started = time.monotonic()
        with ThreadPoolExecutor(self.threads, thread_name_prefix="fetch") as pool:
            found = list(pool.map(self._fetch, keys))
        self.log.requests += len(keys)
        self.log.seconds += time.monotonic() - started
        return found

    def _fetch(self, key: str) -> Json | Reject | None:
        where = f"s3://{self.name}/{key}"
        try:
            answer = self.s3.get_object(Bucket=self.name, Key=key)
            body: bytes = answer["Body"].read(MAX_RECORD_BYTES + 1)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return None
            self._refuse(error, where)
        except BotoCoreError as error:
            self._refuse(error, where)
        self.log.bytes += len(body)
        sample = body[:300].decode("utf-8", "backslashreplace")
        if len(body) > MAX_RECORD_BYTES:
            return Reject(f"larger than {MAX_RECORD_BYTES} bytes", where, sample)
        try:
            parsed = parse_json(body)
        except ValueError as error:
            return Reject(f"is not JSON: {error}", where, sample)
        if not isinstance(parsed, dict):
            return Reject("is not a JSON object", where, sample)
        return {"object_key": key, "etag": answer["ETag"].strip('"'), "last_modified": moment(answer["LastModified"]), "body": parsed}

    def _refuse(self, error: Exception, where: str) -> NoReturn:
        facts: dict[str, str] = {"source": self.source, "where": where, "sample": str(error)}
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) if isinstance(error, ClientError) else 0
        code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else type(error).__name__
        raised: SourceError
        if status in (401, 403):
            raised = AuthError(
                f"The bucket refuses our keys ({code})", what_to_do="Put valid keys into the connection of this upstream.", **facts
            )
        elif code in ("SlowDown", "TooManyRequests", "Throttling") or status == 429:
            raised = RateLimited(f"The bucket asks us to slow down ({code})", what_to_do="Nothing: the task is tried again later.", **facts)
        elif status and status < 500:
            raised = SchemaDrift(f"The bucket answers {status} ({code})", what_to_do="Check the bucket's name in the connection.", **facts)
        else:
            raised = UpstreamUnavailable(
                f"The bucket gives no answer ({code})",
                what_to_do="Nothing at first: the task is tried again. If it stays, check the endpoint.",
                **facts,
            )
        raise raised from error
