"""The block list of courses: their readable ids, one on each line of a text (sources.md 3, BLOCKLISTED_COURSES_URL of Learn).

A course on it, of whichever feed, is kept and not published; one that leaves it is published again. So a list that could not be read, or
that is empty, is never believed; and as a text does not show that it was cut off, a course is free only after two reads without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from include.errors import IncompletePage, UpstreamUnavailable
from include.sources.base import Page, PythonSource, Reading, Stream
from include.sources.http import HttpClient
from include.sources.keys import text_key
from include.sources.records.course_blocklist import BlockedCourse
from include.sources.split import split_records

PATH = "/mitodl/open-resource-blocklists/master/courses.txt"
COURSES = Stream(name="courses", key_of=text_key("readable_id"), record_model=BlockedCourse, removed_after=2)


def _pages(stream: Stream, client: HttpClient, _reading: Reading) -> Iterator[Page]:
    path = client.paths.get(stream.name, PATH)
    text = client.get(client.url(path), path).content.decode("utf-8-sig", "replace")
    ids = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not ids:
        raise IncompletePage(
            "The block list is empty",
            source=client.source,
            where=path,
            what_to_do="Nothing is published because of it. If no course is to be blocked any more, put an id into it that does not exist.",
        )
    if ids[0].startswith("<"):
        raise UpstreamUnavailable(
            "The block list is not a text but a web page",
            source=client.source,
            where=path,
            sample=text[:300],
            what_to_do="Nothing at first: the task is tried again. If it stays, open the URL and look.",
        )
    records, rejects = split_records(stream, [{"readable_id": each} for each in ids], 1)
    yield Page(records, rejects, None, None, 1)


SOURCE = PythonSource(
    key="course_blocklist",
    title="Block list of courses",
    streams=(COURSES,),
    read=_pages,
    why_not_low_code="a text with an id on each line, for which a manifest has no decoder",
)
