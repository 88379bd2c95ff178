"""MITx Online: courses and programs, paged DRF JSON (sources.md 2.3 and 2.4).

The courses of a program are found in the landed course list, not by one request each: one point in time, and no N + 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.sources.base import Clock, Group, Json, LandedBefore, Page, Stream, text_at
from include.sources.drf import drf_pages
from include.sources.http import HttpClient
from include.sources.keys import text_key
from include.sources.records.mitxonline import MitxonlineCourse, MitxonlineProgram

PATHS = {"courses": "/api/v2/courses/", "programs": "/api/v2/programs/"}
LIVE_ONLY = "live=True"

COURSES = Stream(
    name="courses",
    key_of=text_key("readable_id"),
    record_model=MitxonlineCourse,
    html_fields=(text_at("page.description"), text_at("courseruns.*.page.description")),
)
PROGRAMS = Stream(
    name="programs", key_of=text_key("readable_id"), record_model=MitxonlineProgram, html_fields=(text_at("page.description"),)
)


@dataclass(frozen=True)
class Mitxonline:
    """The source `mitxonline`. Key: optional, sent as ``Authorization: Api-Key <key>``."""

    key: str = "mitxonline"
    title: str = "MITx Online"
    streams: tuple[Stream, ...] = (COURSES, PROGRAMS)
    connection_id: str = "upstream_mitxonline"
    group: Group = "catalog"
    why_not_low_code: str = "a read goes on after the last page, which a manifest cannot"

    def pages(
        self,
        stream: Stream,
        client: HttpClient,
        cursor: Json | None,
        limit: int | None,
        clock: Clock,
        before: LandedBefore | None = None,
    ) -> Iterator[Page]:
        """The live records of a stream, a page at a time."""
        path = client.paths.get(stream.name, PATHS[stream.name])
        return drf_pages(stream, client, f"{path}{'&' if '?' in path else '?'}{LIVE_ONLY}", cursor, limit)


SOURCE = Mitxonline()
