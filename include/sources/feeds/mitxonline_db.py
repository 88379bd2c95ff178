"""MITx Online's own database: the same records as its API's, read by change column (the other way to `mitxonline`).

For databases of applications that we control. A run reads what changed since the last complete one, less an overlap: a transaction that
was open then may commit rows with an older moment. What was deleted shows only in a full read, which removes by comparing keys: once a
week, or by the parameter `full`. The payload is the API's record, so that staging can read either table (dbt var mitxonline_source).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from include.errors import IncompletePage
from include.sources.base import Json, LandedBefore, Page, PythonSource, Reading, Stream
from include.sources.database import Database
from include.sources.feeds.mitxonline import COURSES, PROGRAMS
from include.sources.split import split_records

OVERLAP = timedelta(minutes=30)
"""Longer than any transaction of the application stays open, and than clocks of its servers differ."""
FULL_EVERY = timedelta(days=7)
QUERY = "mitxonline_records.sql"
STREAMS = tuple(replace(stream, mode="windowed", may_be_empty=True) for stream in (COURSES, PROGRAMS))


def _pages(stream: Stream, client: Database, reading: Reading) -> Iterator[Page]:
    """What changed since the last complete landing, or everything; in the order of keys, so that a read can be taken up."""
    if reading.before is None:
        raise ValueError("mitxonline_db reads what changed and needs to know what was landed before")
    with client.snapshot() as seen:
        state = reading.cursor or _begin(stream.name, reading.clock(), reading.before)
        if reading.cursor is None:
            state |= {"watermark": seen.now().isoformat(), "total": seen.count(QUERY, _wanted(stream, state))}
        if state["total"] == 0 and state["baseline"] is None:
            raise _nothing(client, stream)
        kind: Literal["snapshot", "delta"] = "delta" if state["baseline"] else "snapshot"
        for batch in seen.batches(QUERY, _wanted(stream, state)):
            state = state | {"after": batch[-1][0], "page": state["page"] + 1, "read": state["read"] + len(batch)}
            records, rejects = split_records(stream, [payload for _, payload in batch], state["page"])
            yield Page(records, rejects, state, state["total"], state["page"], kind, state["baseline"])
            if reading.limit is not None and state["read"] >= reading.limit:
                return
        yield Page([], [], state, state["total"], state["page"] + 1, kind, state["baseline"])


def _wanted(stream: Stream, state: Json) -> Json:
    """What the query asks for."""
    return {"stream": stream.name, "since": state["since"], "after": state["after"]}


def _begin(stream: str, now: datetime, before: LandedBefore) -> Json:
    """Where a read begins: at the last one's watermark less the overlap, or at nothing when a full read is asked for or due."""
    state: Json = {"after": None, "page": 0, "read": 0, "since": None, "baseline": None, "full_at": now.isoformat()}
    last = None if before.full else before.last(stream)
    if last is None or now - datetime.fromisoformat(last[1]["full_at"]) >= FULL_EVERY:
        return state
    baseline, kept = last
    since = datetime.fromisoformat(kept["watermark"]) - OVERLAP
    return state | {"since": since.isoformat(), "baseline": baseline, "full_at": kept["full_at"]}


def _nothing(client: Database, stream: Stream) -> IncompletePage:
    return IncompletePage(
        f"The database has no {stream.name} at all",
        source=client.source,
        where=client.address,
        what_to_do="Nothing is removed because of it. Look whether the role still sees the rows of the export schema.",
    )


SOURCE = PythonSource(
    key="mitxonline_db",
    title="MITx Online, from its own database",
    streams=STREAMS,
    read=_pages,
    why_not_low_code="an application's own database, read by change column with a server-side cursor",
)
"""The source `mitxonline_db`. An alternative to `mitxonline`: never both are delivered."""
