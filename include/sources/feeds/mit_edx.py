"""edX.org: courses of a catalogue and programs of the Discovery service (sources.md 2.1 and 2.2), paged by links, OAuth2.

The two lists are on different hosts in reality: the connection's ``programs_path`` is then the whole address of the second one. Which
records are MIT's is decided in SQL: what is landed is what edX sent.
"""

from __future__ import annotations

from include.sources.base import PythonSource, Stream, text_at
from include.sources.drf import RESUMES, drf_lists
from include.sources.keys import text_key
from include.sources.records.mit_edx import MitEdxCourse, MitEdxProgram

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

SOURCE = PythonSource(
    key="mit_edx",
    title="MITx on edX.org",
    streams=(COURSES, PROGRAMS),
    read=drf_lists({"courses": "/catalog/v1/catalogs/10/courses", "programs": "/api/v1/programs/"}, counted=False),
    why_not_low_code=RESUMES,
)
"""The connection has the client id (login), the secret (password) and ``token_url``; edX does not always say how many there are."""
