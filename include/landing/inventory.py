"""Listings of a bucket as they were landed: the one of this run, and the newest whose run is wholly committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from include.errors import NothingLanded
from include.landing.keys import MANIFEST_NAME, manifest_key, stream_prefix
from include.landing.manifest import Manifest
from include.landing.store import list_keys, read_manifest, read_parts
from include.sources.base import Json, Source

INVENTORY = "inventory"
CANDIDATES = 10
"""How many of the latest commits are looked at for the newest listing: runs that overlap may commit out of order."""


class LandingView:
    """What landing knows of a source with a listing (``LandedBefore``)."""

    def __init__(self, s3: Any, bucket: str, source: Source, run: str, full: bool) -> None:
        self.s3, self.bucket, self.source, self.run, self.full = s3, bucket, source, run, full

    def listing(self) -> Iterator[Json]:
        """Entries of this run's listing, in the order of their keys; NothingLanded before it is committed."""
        manifest = read_manifest(self.s3, self.bucket, manifest_key(self.source.key, INVENTORY, self.run))
        if manifest is None:
            raise NothingLanded(
                "The bucket was not listed yet in this run",
                source=self.source.key,
                run=self.run,
                where=INVENTORY,
                what_to_do=f"Land the stream {INVENTORY} before the others of this source.",
            )
        return self._entries(manifest)

    def baseline(self, key: str | None = None) -> tuple[str, Iterator[Json]] | None:
        """The listing to compare with, None when there is none (or a full read is wanted).

        A listing counts only when every other stream of its run is committed and complete: what it shows was then really fetched.
        """
        if self.full:
            return None
        manifest = read_manifest(self.s3, self.bucket, key) if key else self._newest()
        return (manifest.key, self._entries(manifest)) if manifest else None

    def _newest(self) -> Manifest | None:
        return self._newest_of(INVENTORY, self._is_whole)

    def last(self, stream: str) -> tuple[str, Json] | None:
        """Manifest key and last cursor of the newest complete landing of a stream by another run; None when it kept no cursor."""
        manifest = self._newest_of(stream, lambda manifest: manifest.complete and manifest.cursor_after is not None)
        return (manifest.key, manifest.cursor_after or {}) if manifest else None

    def _newest_of(self, stream: str, counts: Callable[[Manifest], bool]) -> Manifest | None:
        """The landing that began last among the latest commits that count."""
        prefix = stream_prefix(self.source.key, stream)
        commits = [(at, key) for key, at in list_keys(self.s3, self.bucket, prefix) if key.endswith("/" + MANIFEST_NAME)]
        counting: list[Manifest] = []
        for _, key in sorted(commits, reverse=True):
            manifest = read_manifest(self.s3, self.bucket, key)
            if manifest and manifest.run != self.run and counts(manifest):
                counting.append(manifest)
                if len(counting) == CANDIDATES:
                    break
        return max(counting, key=lambda manifest: manifest.started_at, default=None)

    def _is_whole(self, manifest: Manifest) -> bool:
        others = [stream.name for stream in self.source.streams if stream.name != INVENTORY]
        found = [read_manifest(self.s3, self.bucket, manifest_key(self.source.key, name, manifest.run)) for name in others]
        return manifest.complete and all(other is not None and other.complete for other in found)

    def _entries(self, manifest: Manifest) -> Iterator[Json]:
        for _, _, line in read_parts(self.s3, self.bucket, manifest):
            payload: Json = orjson.loads(line)["payload"]
            yield payload
