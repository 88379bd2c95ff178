"""Recorded payloads as streams: a folder ``<source>/<file>.json`` in the layout of the publishers' own answers."""

from __future__ import annotations

from pathlib import Path

import orjson

from include.local.upstream.records import RecordedRecords

FILES = {
    ("mitxonline", "courses"): "mitxonline/mitxonline_courses.json",
    ("mitxonline", "programs"): "mitxonline/mitxonline_programs.json",
    ("xpro", "courses"): "xpro/xpro_courses.json",
    ("xpro", "programs"): "xpro/xpro_programs.json",
}


def read_recorded(folder: Path) -> dict[tuple[str, str], RecordedRecords]:
    """The streams that ``folder`` has; a file is a plain list or a page object with ``results``.

    :raises ValueError: for a file that is neither, naming it.
    """
    streams = {}
    for name, file in FILES.items():
        path = folder / file
        if not path.is_file():
            continue
        try:
            content = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError as error:
            raise ValueError(f"{path} is not JSON: {error}") from error
        rows = content.get("results") if isinstance(content, dict) else content
        if not isinstance(rows, list):
            raise ValueError(f"{path} is neither a list nor a page with results")  # noqa: TRY004 (a wrong file, not a wrong call)
        streams[name] = RecordedRecords(rows)
    return streams
