"""PostHog: batch exports of events as parquet files in a bucket, some of them delivered twice (``sources.md`` 2.15)."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from include.local.upstream.feed import Feed, Objects, Quantity, World
from include.local.upstream.generated.common import Json, stream_of

ROOT = "posthog/events/"
EVENTS = 120
REPEATED = 20
"""So many of an export's events are those that the one before ended with."""
ROW_GROUP = 50
VIEWED = 150
"""Views name Learn's own ids, which begin with 1."""
START = datetime(2024, 8, 1, tzinfo=UTC)


def _name(world: World, index: int) -> str:
    return f"{(START + timedelta(hours=index)):%Y-%m-%dT%H}.parquet"


def _event(world: World, number: int) -> Json:
    """Event ``number`` of all: mostly a view of a resource, told in one of two ways, sometimes something else."""
    rng = stream_of(world.seed, "posthog/events", number)
    at = START + timedelta(seconds=30 * number, milliseconds=rng.randrange(1000))
    properties: Json = {"$browser": "Chrome", "$ip": "203.0.113.7", "$session_id": f"{rng.getrandbits(64):x}"}
    kind, viewed = rng.random(), 1 + int(VIEWED * rng.random() ** 2)
    if kind < 0.7:
        properties["resource"] = {"id": viewed, "title": "A resource"}
    elif kind < 0.8:
        properties["learning_resource_id"] = viewed
    return {
        "uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "timestamp": at,
        "event": "lrd_open" if kind < 0.8 else "$pageview",
        "properties": orjson.dumps(properties).decode(),
        "distinct_id": f"visitor-{rng.randrange(40)}",
    }


def _objects(world: World, index: int) -> Iterator[tuple[str, bytes]]:
    first = index * (EVENTS - REPEATED)
    yield ROOT + _name(world, index), parquet_of([_event(world, first + number) for number in range(EVENTS)])


def parquet_of(events: list[Json]) -> bytes:
    """An export with these events, packed as PostHog packs them."""
    import pyarrow  # takes a third of a second, and only who fills the bucket needs it
    import pyarrow.parquet

    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(events), buffer, compression="zstd", row_group_size=ROW_GROUP)
    return buffer.getvalue()


def _recorded(folder: Path) -> Iterable[tuple[str, Path]]:
    return ((ROOT + path.name, path) for path in sorted(folder.glob("*.parquet*")) if path.is_file())


FEED = Feed(
    key="posthog",
    title="PostHog",
    objects=Objects(
        bucket="posthog-events",
        root=ROOT,
        unit=_name,
        make=_objects,
        main=lambda unit: ROOT + unit,
        streams=("views",),
        quantity=Quantity(share=1),
        recorded=_recorded,
    ),
)
