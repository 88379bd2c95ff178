"""MIT xPRO: courses and programs, two plain lists (sources.md 2.5), read by the manifest `manifests/xpro.yaml`."""

from __future__ import annotations

from include.sources.base import Stream
from include.sources.keys import text_key
from include.sources.low_code import LowCodeSource
from include.sources.records.xpro import XproCourse, XproProgram

XPRO = LowCodeSource(
    key="xpro",
    title="MIT xPRO",
    streams=(
        Stream(name="courses", key_of=text_key("readable_id"), record_model=XproCourse, html_fields=(("description",),)),
        Stream(
            name="programs",
            key_of=text_key("readable_id"),
            record_model=XproProgram,
            html_fields=(("description",), ("courses", "*", "description")),
        ),
    ),
    connection_id="upstream_xpro",
    paths={"courses": "/api/courses/", "programs": "/api/programs/"},
)
