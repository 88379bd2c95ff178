"""Landed parts made ready for the database: keys, hashes, and rows in Postgres' binary COPY format.

Binary, because a jsonb is then sent as the very bytes that were landed: nothing is escaped here and nothing unescaped there.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from include.errors import SourceError
from include.landing.manifest import PartInfo
from include.landing.store import read_part
from include.sources.base import Expansion, Json, Path, Stream, TextPolicy
from include.sources.validation import Misfit, checker
from include.warehouse.derive.html import texts_at

COPY_COLUMNS = ("record_key", "payload", "content_hash", "observed_at", "run_key", "object_key", "line_number")
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"
BLOCK_BYTES = 1 << 20
BATCH_BYTES = 1 << 20
"""Compressed; ten times as much in memory. A larger part is a batch of its own (at most 8 MB of text)."""
BATCH_RECORDS = 1_000
SAMPLE_BYTES = 300
HASH_BYTES = 16
READ_THREADS = 4
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class RejectedLine:
    """A landed record that does not validate; it is not loaded, and counts as present."""

    key: str | None
    reason: str
    where: str
    sample: str
    line: int | None


@dataclass
class Batch:
    """Some parts, parsed. The lists ``keys``, ``hashes``, ``payloads``, ``places`` and ``texts`` go together.

    A place is the number of the part within ``parts``, and the line. ``unread``: keys of documents that could not be expanded.
    """

    parts: list[PartInfo]
    keys: list[str] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    texts: list[list[tuple[TextPolicy, str]]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    rejects: list[RejectedLine] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def in_batches(parts: Iterable[PartInfo]) -> Iterator[list[PartInfo]]:
    """Parts in order, as many small ones together as fit into ``BATCH_BYTES`` and ``BATCH_RECORDS``."""
    batch: list[PartInfo] = []
    size = records = 0
    for part in parts:
        if batch and (size + part.bytes > BATCH_BYTES or records + part.records > BATCH_RECORDS):
            yield batch
            batch, size, records = [], 0, 0
        batch.append(part)
        size, records = size + part.bytes, records + part.records
    if batch:
        yield batch


def prepare(s3: Any, bucket: str, parts: list[PartInfo], stream: Stream) -> Batch:
    """Read, check, validate and hash some parts."""
    batch = Batch(parts)
    with ThreadPoolExecutor(READ_THREADS, thread_name_prefix="read") as pool:
        for number, text in enumerate(pool.map(lambda part: read_part(s3, bucket, part), parts)):
            _prepare_part(batch, number, text, stream)
    return batch


def _prepare_part(prepared: Batch, part: int, text: bytes, stream: Stream) -> None:
    misfit_of = checker(stream.record_model)
    for number, line in enumerate(text.splitlines(), start=1):
        envelope = orjson.loads(line)
        key = envelope["key"]
        if envelope.get("removed"):
            prepared.removed.append(key)
            continue
        payload = envelope["payload"]
        if stream.expand:
            records = _expanded(prepared, stream.expand, key, payload, number)
        else:
            records = [(key, payload, line[len(orjson.dumps(key)) + 18 : -1])]  # between '{"key":<key>,"payload":' and '}'
        for record_key, record, body in records:
            misfit = misfit_of(record)
            if misfit:
                prepared.rejects.append(_rejected(record_key, body, number, misfit))
                continue
            prepared.keys.append(record_key)
            prepared.payloads.append(body)
            prepared.places.append((part, number))
            prepared.texts.append(list(texts_at(record, stream.html_fields)) if stream.html_fields else [])
            prepared.hashes.append(content_hash(body, record, stream.volatile))


def _expanded(prepared: Batch, expansion: Expansion, key: str, document: Json, line: int) -> list[tuple[str, Json, bytes]]:
    """The records of a landed document, each with its canonical form; none, and a reject, when it cannot be read."""
    try:
        found = list(expansion.records(key, document))
    except SourceError as error:
        prepared.rejects.append(RejectedLine(key, error.message, error.where, error.sample, line))
        prepared.unread.append(key)
        return []
    records: dict[str, tuple[str, Json, bytes]] = {}
    for record_key, record in found:
        body = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        if record_key in records:
            sample = body[:SAMPLE_BYTES].decode("utf-8", "replace")
            prepared.rejects.append(RejectedLine(record_key, "comes twice in one document; the first counts", key, sample, line))
            continue
        records[record_key] = (record_key, record, body)
    return list(records.values())


def content_hash(text: bytes, payload: Json, volatile: Iterable[Path]) -> bytes:
    """Digest of a payload in its canonical form (``text``), without its volatile places."""
    if volatile:
        for path in volatile:
            _drop(payload, path)
        text = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=HASH_BYTES).digest()


def copy_blocks(prepared: Batch, chosen: Iterable[int], observed_at: datetime, run: str) -> Iterator[bytes]:
    """The chosen rows (positions in the lists) in binary COPY format, in blocks of about a megabyte."""
    moment = struct.pack(">iq", 8, (observed_at - _POSTGRES_EPOCH) // timedelta(microseconds=1))
    constants = [moment + _field(run.encode()) + _field(part.key.encode()) + struct.pack(">i", 4) for part in prepared.parts]
    columns, hash_size = struct.pack(">h", len(COPY_COLUMNS)), struct.pack(">i", HASH_BYTES)
    size_of = struct.Struct(">i").pack
    block, size = [COPY_HEADER], 0
    for position in chosen:
        key, payload = prepared.keys[position].encode(), prepared.payloads[position]
        part, line = prepared.places[position]
        block += (columns, size_of(len(key)), key, size_of(len(payload) + 1), b"\x01", payload,
                  hash_size, prepared.hashes[position], constants[part], size_of(line))  # fmt: skip
        size += len(payload)
        if size >= BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
    block.append(COPY_TRAILER)
    yield b"".join(block)


def _field(value: bytes) -> bytes:
    return struct.pack(">i", len(value)) + value


def _drop(value: Any, path: Path) -> None:
    head, rest = path[0], path[1:]
    if head == "*":
        for item in value if isinstance(value, list) else ():
            _drop(item, rest)
    elif isinstance(value, dict) and head in value:
        if rest:
            _drop(value[head], rest)
        else:
            del value[head]


def _rejected(key: str, line: bytes, number: int, misfit: Misfit) -> RejectedLine:
    sample = orjson.dumps(misfit.value) if _is_plain(misfit.value) else line
    return RejectedLine(key, misfit.reason, misfit.place, sample[:SAMPLE_BYTES].decode("utf-8", "replace"), number)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
