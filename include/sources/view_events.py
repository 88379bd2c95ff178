"""View events in a parquet export of PostHog: read by row groups, reduced to what a view is (sources.md 2.15).

Only three columns are fetched, and of an event only its id, its moment and the resource that was viewed leave this module: what else
PostHog knows of a visitor stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

import orjson

from include.errors import SchemaDrift
from include.sources.base import Json

if TYPE_CHECKING:
    from pyarrow import parquet

COLUMNS = ("uuid", "timestamp", "properties")
BATCH_ROWS = 500
CHUNK_ROWS = 10_000
"""Their views are at most some megabytes of JSON; the properties of `BATCH_ROWS` rows are in memory with them."""
BUFFER_BYTES = 2**20
LARGEST_ID = 2**31 - 1


@dataclass
class Chunk:
    """Some rows of one row group: their views in order, and the rows that look like views and cannot be counted."""

    row_group: int
    piece: int
    rows: int = 0
    views: list[Json] = field(default_factory=list)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    """Row number within the chunk, from 1, and the reason."""


class NotParquet(ValueError):
    """The object is not a parquet file, or is damaged."""


def read_chunks(file: BinaryIO, where: str) -> Iterator[Chunk]:
    """The rows of an export as chunks of `CHUNK_ROWS`; none of them reaches over two row groups. One chunk is in memory at a time.

    :raises NotParquet: it cannot be read.
    :raises SchemaDrift: it has not the columns of an export.
    """
    import pyarrow  # half a second, which only who reads exports has to wait for
    from pyarrow import parquet

    try:
        opened = parquet.ParquetFile(file, buffer_size=BUFFER_BYTES, pre_buffer=False)
        missing = [name for name in COLUMNS if name not in opened.schema_arrow.names]
        if missing:
            raise SchemaDrift(
                f"An export lacks the columns {', '.join(missing)}",
                source="posthog",
                where=where,
                what_to_do="PostHog changed its batch export: compare the columns with sources.md 2.15 and adapt the source.",
            )
        for number in range(opened.num_row_groups):
            yield from _chunks(opened, number)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError, OSError) as error:
        raise NotParquet(f"is not a parquet file that can be read: {error}") from error


def _chunks(opened: parquet.ParquetFile, row_group: int) -> Iterator[Chunk]:
    chunk = Chunk(row_group, 0)
    for batch in opened.iter_batches(BATCH_ROWS, row_groups=[row_group], columns=list(COLUMNS), use_threads=False):
        if chunk.rows >= CHUNK_ROWS:
            yield chunk
            chunk = Chunk(row_group, chunk.piece + 1)
        for uuid, moment, properties in zip(*(batch.column(name).to_pylist() for name in COLUMNS), strict=True):
            chunk.rows += 1
            try:
                view = view_of(uuid, moment, properties)
            except ValueError as error:
                chunk.unreadable.append((chunk.rows, str(error)))
            else:
                if view is not None:
                    chunk.views.append(view)
    yield chunk


def view_of(uuid: Any, moment: Any, properties: Any) -> Json | None:
    """The view that an event is: `{"event_uuid", "event_date", "resource_id"}`; None for every other event.

    Any event counts that names a resource, whatever it is called (quirk Q16, docs/parity.md).

    :raises ValueError: it names a resource, and its id, moment or resource cannot be read.
    """
    resource_id = _resource_id(properties)
    if resource_id is None:
        return None
    if isinstance(resource_id, str) and resource_id.isascii() and resource_id.isdigit():
        resource_id = int(resource_id)
    if type(resource_id) is not int or not 0 < resource_id <= LARGEST_ID:
        raise ValueError(f"names no resource id: {str(resource_id)[:40]!r}")
    try:
        identity = str(UUID(uuid))
    except (ValueError, TypeError, AttributeError):
        raise ValueError("has no uuid, so it cannot be counted just once") from None
    if not isinstance(moment, datetime):
        raise ValueError("has no moment")  # noqa: TRY004 - a row of a file, not an argument of ours
    at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return {"event_uuid": identity, "event_date": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "resource_id": resource_id}


def _resource_id(properties: Any) -> Any:
    """`resource.id`, or else `learning_resource_id`, of properties that are JSON text; None when they name no resource."""
    if not isinstance(properties, str) or "resource" not in properties:
        return None
    try:
        read = orjson.loads(properties)
    except orjson.JSONDecodeError:
        raise ValueError("has properties that are not JSON") from None
    if not isinstance(read, dict):
        return None
    resource = read.get("resource")
    found = resource.get("id") if isinstance(resource, dict) else None
    return found or read.get("learning_resource_id") or None
