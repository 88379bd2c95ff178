"""PostHog: who looked at what, as parquet exports in a bucket (sources.md 2.15).

A run lists the bucket, reads the exports that are new or were rewritten, row group by row group, and lands the views of some thousand
rows as one record. Its key is the export and the place in it, so that a rewritten export makes new versions of the same records; what it
has in common with the old one is told apart by the events' uuids when it is delivered. An export that is deleted takes nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator

from include.sources.base import Json, Record, Reject, Stream
from include.sources.bucket import Bucket, Change
from include.sources.objects import Batching, Fetched, ObjectSource
from include.sources.ranged import ObjectChanged, RangedObject, opened
from include.sources.records.objects import ObjectLine
from include.sources.records.posthog import ViewsOfChunk
from include.sources.view_events import Chunk, NotParquet, read_chunks

PREFIX = "posthog/events/"
UNREADABLE_SHOWN = 20

INVENTORY = Stream(name="inventory", key_of=lambda payload: str(payload["key"]), record_model=ObjectLine, mode="objects", internal=True)
VIEWS = Stream(
    name="views",
    key_of=lambda payload: f"{payload['object_key']}#{payload['row_group']}.{payload['piece']}",
    record_model=ViewsOfChunk,
    mode="objects",
    volatile=(("etag",), ("last_modified",)),
    may_be_empty=True,
)


class Posthog(ObjectSource):
    """The source `posthog`: the listing first, then what it shows as changed."""

    def lines(self, client: Bucket, after: str) -> Iterator[Json]:
        """The exports."""
        return (entry for entry in client.list_objects(client.prefix or PREFIX, after) if is_export(entry["key"]))

    def fetch(self, stream: Stream, client: Bucket, batch: list[Change], number: int) -> Iterator[Fetched]:
        """The views of the exports of the batch, chunk by chunk."""
        return _views(client, batch)


def is_export(object_key: str) -> bool:
    """The key of a parquet file, whose name may also say how its pages are packed (`.parquet.zst`)."""
    return ".parquet" in object_key.rsplit("/", 1)[-1]


def _views(client: Bucket, batch: list[Change]) -> Iterator[Fetched]:
    for change in batch:
        if change.entry is None:
            continue
        file = RangedObject(client.s3, client.name, change.key, change.entry["etag"], change.entry["size"])
        try:
            for chunk in read_chunks(opened(file), f"s3://{client.name}/{change.key}"):
                payload = _payload(change.entry, chunk)
                yield [Record(VIEWS.key_of(payload), payload)], []
        except ObjectChanged:
            pass  # it was rewritten since it was listed: the next run's listing differs from this one's
        except NotParquet as error:
            yield [], [Reject(str(error), f"s3://{client.name}/{change.key}", "", change.key)]
        finally:
            client.log.requests += file.requests
            client.log.bytes += file.fetched


def _payload(entry: Json, chunk: Chunk) -> Json:
    """The record of a chunk. Rows that look like views and cannot be counted are counted, the first ones with number and reason."""
    return {
        "object_key": entry["key"],
        "etag": entry["etag"],
        "last_modified": entry["last_modified"],
        "row_group": chunk.row_group,
        "piece": chunk.piece,
        "rows": chunk.rows,
        "views": chunk.views,
        "unreadable_rows": len(chunk.unreadable),
        "unreadable": [{"row": row, "reason": reason} for row, reason in chunk.unreadable[:UNREADABLE_SHOWN]],
    }


SOURCE = Posthog(
    "posthog",
    "PostHog view events",
    (INVENTORY, VIEWS),
    why_not_low_code="parquet in a bucket, read by row groups and reduced to what a view is",
    group="views",
    batching=Batching(objects=1),
)
