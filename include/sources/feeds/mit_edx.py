"""edX.org: courses of a catalogue and programs of the Discovery service (sources.md 2.1 and 2.2), paged by links, OAuth2.

The two lists are on different hosts in reality: the connection's ``programs_path`` is then the whole address of the second one. Which
records are MIT's is decided in SQL: what is landed is what edX sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.sources.base import Clock, Group, Json, LandedBefore, Page, Stream, text_at
from include.sources.drf import drf_pages
from include.sources.http import HttpClient
from include.sources.keys import text_key
from include.sources.records.mit_edx import MitEdxCourse, MitEdxProgram

PATHS = {"courses": "/catalog/v1/catalogs/10/courses", "programs": "/api/v1/programs/"}

COURSES = Stream(
    name="courses",
    key_of=text_key("key"),
    record_model=MitEdxCourse,
    html_fields=(text_at("short_description"), text_at("full_description")),
    # Counters of the learners: they move with every read.
    volatile=(
        ("enrollment_count",),
        ("recent_enrollment_count",),
        ("course_runs", "*", "enrollment_count"),
        ("course_runs", "*", "recent_enrollment_count"),
    ),
)
PROGRAMS = Stream(
    name="programs",
    key_of=text_key("uuid"),
    record_model=MitEdxProgram,
    html_fields=(text_at("subtitle"),),
    volatile=(("recent_enrollment_count",),),
)


@dataclass(frozen=True)
class MitEdx:
    """The source `mit_edx`. The connection has the client id (login), the secret (password) and ``token_url``."""

    key: str = "mit_edx"
    title: str = "MITx on edX.org"
    streams: tuple[Stream, ...] = (COURSES, PROGRAMS)
    connection_id: str = "upstream_mit_edx"
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
        """The records of a stream, a page at a time; edX does not always say how many there are."""
        return drf_pages(stream, client, client.paths.get(stream.name, PATHS[stream.name]), cursor, limit, counted=False)


SOURCE = MitEdx()
