"""Professional Learning through its generated client: every document once, and each way of not being whole a typed error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.errors import AuthError, IncompletePage, PipelineError, SchemaDrift, UpstreamUnavailable
from include.sources.base import Reading, find_stream
from include.sources.feeds import prolearn
from include.sources.feeds.prolearn import SOURCE
from include.sources.graphql.generate import stale
from include.sources.graphql.transport import GraphQLTransport
from include.sources.http import HttpClient
from tests.support.upstream import CLOCK, Running, upstream_factory

COURSES, PROGRAMS = 60, 8


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with upstream_factory() as start:
        yield start(resources=10)


@pytest.fixture(autouse=True)
def _no_faults_stay(running: Running) -> Iterator[None]:
    yield
    running[1].reset()


def client_of(address: str) -> HttpClient:
    host = address.removeprefix("http://")
    return HttpClient(
        "prolearn",
        f"{address}/prolearn",
        allow_private=(host,),
        paths=dict.fromkeys(prolearn.KINDS, "/graphql"),
        backoff_seconds=0.01,
    )


def read(address: str, stream: str = "courses", **how: Any) -> list[Any]:
    found = SOURCE.pages(find_stream(SOURCE, stream), client_of(address), Reading(lambda: CLOCK, **how))
    return list(found)


def keys(pages: list[Any]) -> list[str]:
    return [record.key for page in pages for record in page.records]


@settings(max_examples=12, deadline=None)
@given(size=st.integers(1, 30))
def test_every_document_once_whatever_the_size_of_pages(running: Running, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prolearn, "PAGE_SIZE", size)
        pages = read(running[0])
        assert len(set(keys(pages))) == len(keys(pages)) == COURSES
        assert [page.upstream_total for page in pages] == [COURSES] * -(-COURSES // size)
        resumed = read(running[0], cursor=pages[0].cursor) if pages[0].cursor else []
        assert keys(resumed) == keys(pages[1:])


def test_records_come_as_they_are_published(running: Running) -> None:
    address, control = running
    key = control.edit("prolearn", "programs", {"title": "Été", "ucc_tid": None}, index=2)["key"]
    found = {record.key: record.payload for page in read(address, "programs") for record in page.records}
    assert len(found) == PROGRAMS
    assert (found[key]["title"], found[key]["ucc_tid"]) == ("Été", None)
    assert len(found[key]) == 31


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("schema_changed", {}, SchemaDrift),
        ("schema_changed", {"field": "nid", "retype": True}, SchemaDrift),
        ("partial_errors", {"field": "body"}, IncompletePage),
        ("partial_errors", {}, IncompletePage),
        ("count_disagrees", {"by": 3}, IncompletePage),
        ("empty", {"count": COURSES}, IncompletePage),
        ("not_json", {}, UpstreamUnavailable),
        ("truncated_json", {}, UpstreamUnavailable),
        ("feed_moved", {"gone": True}, SchemaDrift),
    ],
)
def test_what_is_not_whole_is_a_typed_error(running: Running, kind: str, options: dict[str, Any], error: type[PipelineError]) -> None:
    address, control = running
    control.fault("prolearn", kind, stream="courses", requests=20, **options)
    with pytest.raises(error) as raised:
        read(address)
    assert raised.value.source == "prolearn"
    assert raised.value.where
    assert raised.value.what_to_do


@pytest.mark.parametrize("kind", ["server_error", "rate_limited", "truncated"])
def test_short_troubles_are_waited_out(running: Running, kind: str) -> None:
    address, control = running
    control.fault("prolearn", kind, stream="courses", requests=1)
    assert len(keys(read(address))) == COURSES


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"data": null, "errors": [{"message": "no", "path": ["a"], "extensions": {"code": "FORBIDDEN"}}]}', AuthError),
        (b'{"errors": "odd"}', SchemaDrift),
        (b'{"data": null}', SchemaDrift),
        (b"[]", SchemaDrift),
    ],
)
def test_other_answers(body: bytes, error: type[PipelineError]) -> None:
    transport = GraphQLTransport(HttpClient("prolearn", "https://prolearn.example.org"), "/graphql")
    answer = type("Answer", (), {"status_code": 200, "content": body, "headers": {}})()
    with pytest.raises(error):
        transport.get_data(answer)


def test_clients_are_what_their_schema_gives() -> None:
    assert list(stale()) == []
