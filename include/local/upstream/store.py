"""What has been changed since the start: the clock and the edits, optionally kept in a file over a restart."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from include.local.upstream.paths import Edit
from include.local.upstream.records import Overlay
from include.local.upstream.settings import UpstreamSettings, parse_moment

StreamName = tuple[str, str]
"""A stream: (feed, stream)."""


@dataclass(frozen=True)
class Snapshot:
    """One consistent state; a request is answered from one snapshot, whatever changes meanwhile.

    :param anchor: the moment around which generated runs are dated; fixed, so that moving the clock re-dates nothing.
    :param now: the publisher's today: decides which runs it calls enrollable. It stands still until it is moved.
    """

    anchor: datetime
    now: datetime
    overlays: dict[StreamName, Overlay] = field(default_factory=dict)

    def overlay(self, feed: str, stream: str) -> Overlay:
        """Changes of one stream."""
        return self.overlays.get((feed, stream), Overlay())


class Store:
    """The current snapshot. Every change makes a new one under a lock and writes the state file before it returns."""

    def __init__(self, settings: UpstreamSettings, today: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = settings.state_path
        self._lock = threading.Lock()
        start = settings.clock or today().replace(hour=0, minute=0, second=0, microsecond=0)
        kept = _read(self._path) if self._path else None
        if kept and settings.clock in (None, kept.anchor):
            self._snapshot = kept
        else:
            self._snapshot = Snapshot(start, start, kept.overlays if kept else {})
        self._write()

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
        return self._snapshot

    def change(self, feed: str, stream: str, make: Callable[[Overlay], Overlay]) -> None:
        """Replace the overlay of one stream by what ``make`` returns for it."""
        with self._lock:
            overlays = self._snapshot.overlays | {(feed, stream): make(self._snapshot.overlay(feed, stream))}
            self._snapshot = replace(self._snapshot, overlays=overlays)
            self._write()

    def move_clock(self, now: datetime) -> None:
        """Set the publisher's today."""
        with self._lock:
            self._snapshot = replace(self._snapshot, now=now)
            self._write()

    def reset(self) -> None:
        """Forget all edits and put the clock back."""
        with self._lock:
            self._snapshot = Snapshot(self._snapshot.anchor, self._snapshot.anchor)
            self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        state = self._snapshot
        body = {
            "anchor": state.anchor.isoformat(),
            "now": state.now.isoformat(),
            "overlays": {"/".join(name): _overlay_as_json(overlay) for name, overlay in state.overlays.items()},
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".new")
        unfinished.write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2))
        os.replace(unfinished, self._path)


def _overlay_as_json(overlay: Overlay) -> dict[str, Any]:
    return {
        "edits": {key: [asdict(edit) for edit in edits] for key, edits in overlay.edits.items()},
        "removed": sorted(overlay.removed),
        "added": [list(pair) for pair in overlay.added],
    }


def _read(path: Path) -> Snapshot | None:
    if not path.exists():
        return None
    try:
        body = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path} is not a state of the sandbox upstream; remove it to start afresh: {error}") from error
    overlays = {}
    for name, kept in body["overlays"].items():
        feed, stream = name.split("/")
        overlays[feed, stream] = Overlay(
            edits={key: tuple(Edit(edit["set"], tuple(edit["unset"])) for edit in edits) for key, edits in kept["edits"].items()},
            removed=frozenset(kept["removed"]),
            added=tuple((key, record) for key, record in kept["added"]),
        )
    return Snapshot(parse_moment(body["anchor"]), parse_moment(body["now"]), overlays)
