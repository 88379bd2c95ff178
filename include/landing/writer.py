"""Collects pages into parts and keeps what the manifest will say. Memory: one part, and eight bytes' digest for each key."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
from botocore.exceptions import ClientError

from include.errors import IncompletePage, SchemaDrift
from include.landing.keys import part_key, rejects_key
from include.landing.manifest import PartInfo, RejectsInfo
from include.landing.store import pack, put_part
from include.sources.base import Json, Page, Record, Reject
from include.sources.payload import encode_record, reject_of

PART_RECORDS = 5_000
PART_BYTES = 8 * 2**20
"""The most that a part holds, before compression."""
FULL_ENOUGH_BYTES = 2**20
"""Pages are collected up to this size: each object costs its readers some milliseconds, each lost page of a killed read one request."""
MAX_REJECTS = 10_000
"""More rejects than this in one run are not single bad records but another format."""


def removed_line(key: str) -> bytes:
    """The line that says that a record is gone."""
    return orjson.dumps({"key": key, "removed": True}, option=orjson.OPT_SORT_KEYS)


def digest_of(key: str) -> bytes:
    """What is remembered of a key to notice it a second time."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()


class PartWriter:
    """Writes the parts of one run of one stream, in order, from number ``len(parts)`` on. ``flush`` ends the last one."""

    def __init__(self, s3: Any, bucket: str, source: str, stream: str, run: str, part_bytes: int = FULL_ENOUGH_BYTES) -> None:
        self.part_bytes = part_bytes
        self.s3, self.bucket, self.source, self.stream, self.run = s3, bucket, source, stream, run
        self.parts: list[PartInfo] = []
        self.rejects: list[Reject] = []
        self.total = 0
        self._lines: list[bytes] = []
        self._size = 0
        self._seen: set[bytes] = set()

    def write(self, page: Page, limit: int | None) -> bool:
        """Add a page, up to ``limit`` records in the run; True when afterwards everything given is in S3."""
        rejects = list(page.rejects)
        for record in page.records:
            if limit is not None and self.total >= limit:
                break
            self._once(record.key, page.number)
            line = removed_line(record.key) if record.removed else encode_record(record.key, record.payload)
            if isinstance(line, str):
                rejects.append(reject_of(line, f"page {page.number}", record.payload, record.key))
            else:
                self._add(record, line)
        if self._size >= self.part_bytes:
            self.flush()
        if rejects:
            for reject in page.rejects:
                if reject.key is not None:
                    self._once(reject.key, page.number)
            self.rejects += rejects
            self._store_rejects()
        return not self._lines

    def flush(self) -> None:
        """Store what was collected as a part."""
        if self._lines:
            key = part_key(self.source, self.stream, self.run, len(self.parts))
            self.parts.append(put_part(self.s3, self.bucket, key, self._lines))
            self._lines, self._size = [], 0

    def restore(self, parts: int, rejects: int) -> bool:
        """Take over what an interrupted attempt stored; False when it is not all there."""
        try:
            for number in range(parts):
                key = part_key(self.source, self.stream, self.run, number)
                answer = self.s3.get_object(Bucket=self.bucket, Key=key)
                body = answer["Body"].read()
                lines = gzip.decompress(body).splitlines()
                self._seen.update(digest_of(orjson.loads(line)["key"]) for line in lines)
                self.total += len(lines)
                self.parts.append(
                    PartInfo(
                        key=key,
                        sha256=hashlib.sha256(body).hexdigest(),
                        records=len(lines),
                        bytes=len(body),
                        version_id=answer.get("VersionId"),
                    )
                )
            if rejects:
                self.rejects = list(self._stored_rejects())[:rejects]
        except (ClientError, OSError, ValueError, KeyError):
            return False
        self._seen.update(digest_of(reject.key) for reject in self.rejects if reject.key is not None)
        return len(self.rejects) == rejects

    def rejects_info(self) -> RejectsInfo | None:
        """What the manifest says of the rejects."""
        if not self.rejects:
            return None
        body = pack(map(_reject_line, self.rejects))
        key = rejects_key(self.source, self.stream, self.run)
        return RejectsInfo(key=key, sha256=hashlib.sha256(body).hexdigest(), records=len(self.rejects))

    def _once(self, key: str, page: int) -> None:
        digest = digest_of(key)
        if digest in self._seen:
            raise IncompletePage(
                f"The record {key!r} came twice in one read",
                source=self.source,
                run=self.run,
                where=f"{self.stream}, page {page}",
                what_to_do="Nothing at first: a page was repeated, or the list moved while it was read; it is read again from the start."
                " If it stays, the publisher's list has two records with one key.",
            )
        self._seen.add(digest)

    def _add(self, record: Record, line: bytes) -> None:
        if self._lines and (self._size + len(line) > PART_BYTES or len(self._lines) >= PART_RECORDS):
            self.flush()
        self._lines.append(line)
        self._size += len(line)
        self.total += 1

    def _store_rejects(self) -> None:
        if len(self.rejects) > MAX_REJECTS:
            raise SchemaDrift(
                f"More than {MAX_REJECTS} records cannot be read",
                source=self.source,
                run=self.run,
                where=self.stream,
                sample=self.rejects[0].sample,
                what_to_do="The publisher changed its format: compare the sample with the source's module and record model.",
            )
        key = rejects_key(self.source, self.stream, self.run)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=pack(map(_reject_line, self.rejects)), ContentType="application/gzip")

    def _stored_rejects(self) -> Iterator[Reject]:
        key = rejects_key(self.source, self.stream, self.run)
        body = gzip.decompress(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        for line in body.splitlines():
            yield Reject(**orjson.loads(line))


def _reject_line(reject: Reject) -> bytes:
    def clean(text: str | None) -> str | None:
        return None if text is None else text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\u0000")

    told: Json = {"key": clean(reject.key), "reason": reject.reason, "sample": clean(reject.sample), "where": reject.where}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
