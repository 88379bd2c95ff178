"""Recorded payloads as records: the files of ``<UPSTREAM_DATA>/<feed>/`` in the layout of the publishers' own answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from include.local.upstream.generated.common import Json

if TYPE_CHECKING:
    from include.local.upstream.feed import Stream


def rows_at(*names: str) -> Callable[[bytes], list[Json]]:
    """A parser of JSON files: the file is a list, or has one under this path (``rows_at("data", "courses")``)."""

    def parse(body: bytes) -> list[Json]:
        content = orjson.loads(body)
        for name in names:
            content = content.get(name) if isinstance(content, dict) else content
        if not isinstance(content, list):
            raise ValueError(f"it is neither a list nor has one at {'.'.join(names)}")  # noqa: TRY004 (a wrong file, not a wrong call)
        return content

    return parse


json_rows = rows_at("results")
"""A plain list, or a page with ``results``."""


def read_recorded(folder: Path, stream: Stream) -> list[Json] | None:
    """All records of a stream, ``None`` when none of its files is there; :raises ValueError: naming a file of another shape."""
    files = [path for pattern in stream.recorded for path in sorted(folder.glob(pattern))]
    rows: list[Json] = []
    for path in files:
        try:
            rows += stream.parse(path.read_bytes())
        except ValueError as error:
            raise ValueError(f"{path} cannot be read: {error}") from error
    return rows if files else None
