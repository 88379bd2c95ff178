"""The manifest of a landed stream: what a reader believes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from include.landing.keys import manifest_key
from include.sources.base import Unread


class PartInfo(BaseModel):
    """One part: ``bytes`` and ``sha256`` are of the object as stored (compressed)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    sha256: str
    records: int
    bytes: int
    version_id: str | None = None


class RejectsInfo(BaseModel):
    """The records of this run that could not be kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    sha256: str
    records: int


class Manifest(BaseModel):
    """What one run landed of one stream.

    * ``kind`` snapshot: the parts are the whole stream; if it is also ``complete``, a key that is neither in it nor among its
      rejects is gone. ``kind`` delta: the parts are the changes since ``baseline``; what is gone has a line that says so.
    * ``unread``: parts of the stream that failed by themselves. Keys with their prefixes are not gone, whatever ``complete`` says.
    * ``complete`` is false with a limit, or when a rejected record has no key (it could be any of those that are missing).
    * ``total`` counts the lines of all parts, ``upstream_total`` is the publisher's own count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    stream: str
    run: str
    kind: Literal["snapshot", "delta"]
    started_at: datetime
    finished_at: datetime
    parts: tuple[PartInfo, ...]
    rejects: RejectsInfo | None
    total: int
    upstream_total: int | None
    complete: bool
    cursor_before: dict[str, Any] | None
    cursor_after: dict[str, Any] | None
    baseline: str | None
    code_version: str
    requests: dict[str, Any]
    unread: tuple[Unread, ...] = ()

    @property
    def key(self) -> str:
        """Object key of this manifest."""
        return manifest_key(self.source, self.stream, self.run)

    @property
    def rejected(self) -> int:
        """How many records were rejected before landing."""
        return self.rejects.records if self.rejects else 0
