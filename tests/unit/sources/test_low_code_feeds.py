"""The feeds that are nothing but a manifest and have pages, or are no JSON: mitpe and oll."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.errors import IncompletePage, PipelineError, SchemaDrift, UpstreamUnavailable
from include.sources.base import Json, Page, Reading, find_stream
from include.sources.http import HttpClient
from include.sources.registry import SOURCES
from tests.support.feeds import no_clock
from tests.support.http_server import Answer, Scripted, scripted_server

COURSES = "/feeds/courses/"
EXPORT = "/spreadsheets/d/sheet-1/export"
OLL_COLUMNS = find_stream(SOURCES["oll"], "courses").record_model.schema["required"]  # type: ignore[union-attr]


def client_for(source: str, server: Scripted, **extra: str) -> HttpClient:
    return HttpClient(source, server.url, allow_private=(server.address,), settings=extra, backoff_seconds=0.001)


def read(source: str, server: Scripted, limit: int | None = None) -> list[Page]:
    [stream] = SOURCES[source].streams
    client = client_for(source, server, sheet_id="sheet-1")
    return list(SOURCES[source].pages(stream, client, Reading(no_clock, limit=limit)))  # type: ignore[arg-type,return-value]


def keys(pages: list[Page]) -> list[str]:
    return [record.key for page in pages for record in page.records]


def resource(number: int) -> Json:
    return {"uuid": f"uuid-{number}", "title": f"Course {number}", "description": "About it. " * 30}


def serve_pages(server: Scripted, count: int, size: int) -> int:
    """Numbered pages and the empty one behind them; gives the number of pages."""
    pages = [[resource(number) for number in range(start, min(start + size, count))] for start in range(0, count, size)] + [[]]
    server.script = {f"{COURSES}?page={number}": [Answer(body=json.dumps(page).encode())] for number, page in enumerate(pages)}
    return len(pages)


@pytest.fixture(scope="module")
def shared() -> Iterator[Scripted]:
    with scripted_server() as server:
        yield server


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(count=st.integers(0, 40), size=st.integers(1, 15))
def test_every_record_comes_once_until_a_page_is_empty(shared: Scripted, count: int, size: int) -> None:
    pages = serve_pages(shared, count, size)
    shared.seen.clear()
    assert keys(read("mitpe", shared)) == [f"uuid-{number}" for number in range(count)]
    assert [path for path, _ in shared.seen] == [f"{COURSES}?page={number}" for number in range(pages)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(500), UpstreamUnavailable),
        (Answer(404), SchemaDrift),
        (Answer(body=b""), IncompletePage),
        (Answer(body=b"<html>"), UpstreamUnavailable),
        (Answer(body=b"[]" * 50, cut=60), UpstreamUnavailable),
        (Answer(body=json.dumps([resource(0), resource(1)]).encode()), IncompletePage),
    ],
    ids=["500", "404", "empty body", "HTML", "cut", "the page before"],
)
def test_trouble_is_never_the_end_of_the_pages(upstream: Scripted, answer: Answer, error: type[PipelineError]) -> None:
    serve_pages(upstream, 6, 2)
    upstream.script[f"{COURSES}?page=1"] = [answer]
    with pytest.raises(error) as caught:
        read("mitpe", upstream)
    assert caught.value.source == "mitpe"
    assert caught.value.what_to_do


def test_a_publisher_that_ignores_the_page_does_not_hold_us_for_ever(upstream: Scripted) -> None:
    upstream.script[COURSES] = [Answer(body=json.dumps([resource(1)]).encode())]
    with pytest.raises(IncompletePage, match="twice"):
        read("mitpe", upstream)
    assert len(upstream.seen) == 2


def test_a_limit_does_not_read_all_pages(upstream: Scripted) -> None:
    serve_pages(upstream, 30, 5)
    assert len(keys(read("mitpe", upstream, limit=7))) == 7
    assert len(upstream.seen) == 2


def sheet(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*OLL_COLUMNS[:3], "", *OLL_COLUMNS[3:]], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


ROWS = [
    {
        "readable_id": "MITx+1x+1T2019",
        "title": "Größe",
        "MITxO Primary Child": "Mechanical Engineering\n",
        "description": 'He said "no", twice',
    },
    {"readable_id": "OCW+2+2T2019", "title": "Two", "Instructor 6": "Ada"},
]


def test_a_sheet_is_read_row_by_row_as_it_was_sent(upstream: Scripted) -> None:
    upstream.script[EXPORT] = [Answer(body=sheet(*ROWS), headers={"Content-Type": "text/csv"})]
    [page] = read("oll", upstream)
    assert [record.key for record in page.records] == ["MITx+1x+1T2019", "OCW+2+2T2019"]
    assert page.records[0].payload == dict.fromkeys(["", *OLL_COLUMNS], "") | ROWS[0]
    assert upstream.seen[0][0] == f"{EXPORT}?format=csv"


def test_a_row_without_an_id_is_rejected_by_itself(upstream: Scripted) -> None:
    upstream.script[EXPORT] = [Answer(body=sheet({"title": "nameless"}, *ROWS))]
    [page] = read("oll", upstream)
    assert (len(page.records), len(page.rejects)) == (2, 1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(body=sheet(*ROWS)[:-10]), IncompletePage),
        (Answer(body=sheet(*ROWS), cut=5), UpstreamUnavailable),
        (Answer(body=sheet(*ROWS).replace(b"readable_id", b"id")), SchemaDrift),
        (Answer(body=sheet(*ROWS).split(b"\r\n", 1)[1]), SchemaDrift),
        (Answer(body=b"<!DOCTYPE html>Sign in"), UpstreamUnavailable),
        (Answer(body=b""), IncompletePage),
        (Answer(503), UpstreamUnavailable),
    ],
    ids=["cut in a row", "cut connection", "renamed column", "no header", "log-in page", "empty", "503"],
)
def test_a_sheet_that_is_not_whole_is_an_error(upstream: Scripted, answer: Answer, error: Callable[..., PipelineError]) -> None:
    upstream.script[EXPORT] = [answer]
    with pytest.raises(error) as caught:  # type: ignore[call-overload]
        read("oll", upstream)
    assert caught.value.source == "oll"
    assert caught.value.what_to_do
