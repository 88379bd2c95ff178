"""All HTTP streams of the sandbox: base records (generated or recorded) with the changes of the store.

Same seed, number of resources and clock: the same bytes. Memory does not depend on the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

from include.local.upstream.feed import Feed, Stream, World
from include.local.upstream.feeds import FEEDS
from include.local.upstream.generated.common import Json
from include.local.upstream.paths import Edit, apply_edits
from include.local.upstream.recorded import read_recorded
from include.local.upstream.records import BaseRecords, GeneratedRecords, RecordedRecords, StreamView, UnknownRecord, key_at
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Snapshot, Store

ADDED_FROM = 1_000_000
"""Generated records that are added get indexes from here on, far from those of the feed itself."""


class DuplicateRecord(ValueError):
    """A record with this key is there already."""


class Catalog:
    """What the feeds publish at this moment."""

    def __init__(self, settings: UpstreamSettings, store: Store, feeds: Mapping[str, Feed] = FEEDS) -> None:
        self._settings = settings
        self._store = store
        self._feeds = feeds
        self._recorded = _read_all(settings.data, feeds) if settings.data else None
        self._views: dict[tuple[str, str], tuple[Snapshot, StreamView]] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
        return self._store.snapshot

    def world(self, feed: str, snapshot: Snapshot | None = None) -> World:
        """What records of a feed are made from."""
        taken = snapshot or self._store.snapshot

        def count_of(stream: str) -> int:
            return self._count(feed, self._stream(feed, stream))

        return World(self._settings.seed, taken.anchor, taken.now, count_of, lambda stream: self.view(feed, stream, taken))

    def _stream(self, feed: str, name: str) -> Stream:
        """The declared stream; :raises UnknownRecord: when there is none."""
        found = self._feeds[feed].stream(name) if feed in self._feeds else None
        if found is None:
            names = (f"{one.key}/{stream.name}" for one in self._feeds.values() for stream in one.streams)
            raise UnknownRecord(f"there is no stream {feed}/{name}; there are {', '.join(names)}")
        return found

    def _count(self, feed: str, stream: Stream) -> int:
        return self._settings.counts.get(f"{feed}/{stream.name}", stream.quantity.of(self._settings.resources))

    def _generated_base(self, feed: str, stream: Stream, snapshot: Snapshot) -> BaseRecords:
        world = self.world(feed, snapshot)
        return GeneratedRecords(self._count(feed, stream), lambda index: stream.make(world, index), stream.find, stream.key)

    def view(self, feed: str, stream: str, snapshot: Snapshot | None = None) -> StreamView:
        """The stream as it is; :raises UnknownRecord: for one that is not there, or has no recorded file."""
        taken = snapshot or self._store.snapshot
        seen, view = self._views.get((feed, stream), (None, None))
        if view is None or seen is not taken:
            view = self._made(feed, stream, taken)
            self._views[feed, stream] = taken, view
        return view

    def _made(self, feed: str, stream: str, taken: Snapshot) -> StreamView:
        declared = self._stream(feed, stream)
        overlay = taken.overlay(feed, stream)
        if self._recorded is None:
            return StreamView(self._generated_base(feed, declared, taken), overlay)
        if (feed, stream) not in self._recorded:
            missing = ", ".join(f"{feed}/{file}" for file in declared.recorded) or f"files for {feed}/{stream}"
            raise UnknownRecord(f"UPSTREAM_DATA has no {missing}, so this feed is not served")
        return StreamView(self._recorded[feed, stream], overlay)

    def key_at(self, feed: str, stream: str, key: str | None, index: int | None) -> str:
        """The key that a command means; :raises UnknownRecord: when nothing is there."""
        view = self.view(feed, stream)
        if key is not None:
            if view.locate(key) is None:
                raise UnknownRecord(f"{feed}/{stream} has no record {key!r}")
            return key
        try:
            return view.entry(index or 0)[0]
        except IndexError:
            raise UnknownRecord(f"{feed}/{stream} has {len(view)} records, none at index {index}") from None

    def record(self, feed: str, stream: str, key: str) -> Json:
        """The record with this key as it is served."""
        view = self.view(feed, stream)
        position = view.locate(key)
        if position is None:
            raise UnknownRecord(f"{feed}/{stream} has no record {key!r}")
        return view.entry(position)[1]

    def edit(self, feed: str, stream: str, key: str, edit: Edit) -> None:
        """Lay one more edit over a record; :raises BadEdit: when its path is not there, and then nothing has changed."""
        apply_edits(self.record(feed, stream, key), (edit,))
        self._store.change(feed, stream, lambda now: replace(now, edits={**now.edits, key: (*now.edits.get(key, ()), edit)}))

    def add(self, feed: str, stream: str, record: Json | None) -> str:
        """Append ``record``, or a generated one, and return its key; :raises DuplicateRecord: when the key is taken."""
        view = self.view(feed, stream)
        made = record if record is not None else self._generated(feed, stream, view)
        key = key_at(made, self._stream(feed, stream).key) or f"added-{len(view)}"
        if view.locate(key) is not None:
            raise DuplicateRecord(f"{feed}/{stream} already has a record {key!r}")
        self._store.change(feed, stream, lambda now: replace(now, added=(*now.added, (key, made))))
        return key

    def _generated(self, feed: str, stream: str, view: StreamView) -> Json:
        """The first record behind the feed's own range that is not there yet."""
        base = self._generated_base(feed, self._stream(feed, stream), self._store.snapshot)
        made = (base.record(number) for number in count(ADDED_FROM))
        return next(record for record in made if view.locate(base.key_of(record) or "") is None)

    def remove(self, feed: str, stream: str, key: str) -> None:
        """Take a record, with its edits, out of the stream."""
        self.record(feed, stream, key)
        added = {name for name, _ in self._store.snapshot.overlay(feed, stream).added}
        self._store.change(
            feed,
            stream,
            lambda now: replace(
                now,
                edits={name: edits for name, edits in now.edits.items() if name != key},
                added=tuple(pair for pair in now.added if pair[0] != key),
                removed=now.removed if key in added else now.removed | {key},
            ),
        )


def _read_all(data: Path, feeds: Mapping[str, Feed]) -> dict[tuple[str, str], RecordedRecords]:
    """The streams that the folder of recorded payloads has."""
    found = {}
    for feed in feeds.values():
        for stream in feed.streams:
            rows = read_recorded(data / feed.key, stream)
            if rows is not None:
                found[feed.key, stream.name] = RecordedRecords(rows, stream.key)
    return found
