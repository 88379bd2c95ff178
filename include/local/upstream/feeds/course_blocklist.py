"""The block list of courses: a text with a readable id on each line, as a repository serves it (``sources.md`` 3)."""

from __future__ import annotations

from collections.abc import Iterator

from include.local.upstream.answers import Facts, whole
from include.local.upstream.feed import Feed, Quantity, Stream, World
from include.local.upstream.generated.common import Json


def _course(world: World, index: int) -> Json:
    """A course that no other feed of the sandbox has, until somebody puts another id here."""
    return {"readable_id": f"course-v1:MITx+Blocked.{index + 1}x"}


def _lines(records: Iterator[Json], facts: Facts) -> Iterator[bytes]:
    for record in records:
        yield f"{record['readable_id']}\n".encode()


def _recorded(body: bytes) -> list[Json]:
    return [{"readable_id": line} for line in body.decode().splitlines() if line]


FEED = Feed(
    key="course_blocklist",
    title="Block list of courses",
    routes=lambda site: [
        site.get("/mitodl/open-resource-blocklists/master/courses.txt", "courses", whole("courses", render=_lines, media_type="text/plain"))
    ],
    streams=(
        Stream(
            "courses",
            _course,
            quantity=Quantity(fixed=3),
            unfit=frozenset({"schema_changed", "truncated_json"}),  # a line has no fields, and half a text is a text
            recorded=("courses.txt",),
            parse=_recorded,
        ),
    ),
)
