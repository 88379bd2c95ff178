"""The declaration of a low-code source. The CDK that runs its manifest is imported only when it is read: that takes seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from include.sources.base import Clock, Json, LandedBefore, Page, Stream
from include.sources.http import HttpClient

MANIFESTS = Path(__file__).parent / "manifests"


@dataclass(frozen=True)
class LowCodeSource:
    """A source that is a manifest, ``manifests/<key>.yaml``, and a declaration of its streams.

    The manifest finds in its config: ``base_url``, ``api_key`` and ``paths`` (of each stream) from the connection.
    """

    key: str
    title: str
    streams: tuple[Stream, ...]
    connection_id: str
    paths: dict[str, str] = field(default_factory=dict)

    def pages(
        self,
        stream: Stream,
        client: HttpClient,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """Records in pages of ``PAGE_RECORDS``; an interrupted read starts over (the cursor is always None)."""
        config = {
            "base_url": client.base_url.rstrip("/"),
            "paths": {**self.paths, **client.paths},
            "api_key": client.api_key or "",
        }
        return _reader()(MANIFESTS / f"{self.key}.yaml", config, stream, client, limit)


def _reader() -> Callable[..., Iterator[Page]]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    from include.sources.airbyte import read_manifest_stream

    root.handlers[:], root.level = handlers, level  # the CDK makes itself the root logger of whoever imports it
    return read_manifest_stream
