"""MITx Online: courses and programs, paged DRF JSON (sources.md 2.3 and 2.4).

The courses of a program are found in the landed course list, not by one request each: one point in time, and no N + 1.
"""

from __future__ import annotations

from include.sources.base import PythonSource, Stream, text_at
from include.sources.drf import RESUMES, drf_lists
from include.sources.keys import text_key
from include.sources.records.mitxonline import MitxonlineCourse, MitxonlineProgram

COURSES = Stream(
    name="courses",
    key_of=text_key("readable_id"),
    record_model=MitxonlineCourse,
    html_fields=(text_at("page.description"), text_at("courseruns.*.page.description")),
)
PROGRAMS = Stream(
    name="programs", key_of=text_key("readable_id"), record_model=MitxonlineProgram, html_fields=(text_at("page.description"),)
)

SOURCE = PythonSource(
    key="mitxonline",
    title="MITx Online",
    streams=(COURSES, PROGRAMS),
    read=drf_lists({"courses": "/api/v2/courses/", "programs": "/api/v2/programs/"}, query="live=True"),
    why_not_low_code=RESUMES,
)
"""The connection's key is optional, sent as ``Authorization: Api-Key <key>``."""
