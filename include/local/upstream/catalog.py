"""All HTTP streams of the sandbox: base records (generated or recorded) with the changes of the store."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from include.local.upstream.generated.common import Json
from include.local.upstream.generator import Generator
from include.local.upstream.paths import Edit, apply_edits
from include.local.upstream.recorded import FILES, read_recorded
from include.local.upstream.records import StreamView
from include.local.upstream.settings import UpstreamSettings
from include.local.upstream.store import Snapshot, Store

ADDED_FROM = 1_000_000
"""Generated records that are added get indexes from here on, far from those of the feed itself."""


class UnknownRecord(LookupError):
    """No such stream, key or index."""


class DuplicateRecord(ValueError):
    """A record with this key is there already."""


class Catalog:
    """What MITx Online and xPRO publish at this moment."""

    def __init__(self, settings: UpstreamSettings, store: Store) -> None:
        self._store = store
        self._generator = Generator(settings)
        self._recorded = read_recorded(settings.data) if settings.data else None

    def view(self, feed: str, stream: str, snapshot: Snapshot | None = None) -> StreamView:
        """The stream as it is; :raises UnknownRecord: for a stream without a recorded file."""
        taken = snapshot or self._store.snapshot
        overlay = taken.overlay(feed, stream)
        if (feed, stream) not in FILES:
            raise UnknownRecord(f"there is no stream {feed}/{stream}; there are {', '.join('/'.join(name) for name in FILES)}")
        if self._recorded is None:
            return StreamView(self._generator.stream(feed, stream, taken), overlay)
        if (feed, stream) not in self._recorded:
            raise UnknownRecord(f"UPSTREAM_DATA has no {FILES[feed, stream]}, so this feed is not served")
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
        key = str(made.get("readable_id", f"added-{len(view)}"))
        if view.locate(key) is not None:
            raise DuplicateRecord(f"{feed}/{stream} already has a record {key!r}")
        self._store.change(feed, stream, lambda now: replace(now, added=(*now.added, (key, made))))
        return key

    def _generated(self, feed: str, stream: str, view: StreamView) -> Json:
        """The first record behind the feed's own range that is not there yet."""
        base = self._generator.stream(feed, stream, self._store.snapshot)
        made = (base.record(number) for number in count(ADDED_FROM))
        return next(record for record in made if view.locate(record["readable_id"]) is None)

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
