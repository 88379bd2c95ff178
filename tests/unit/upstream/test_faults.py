"""Each fault as a client meets it, and that it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from include.local.upstream.client import CommandRefused
from include.local.upstream.faults import fault_matrix
from include.local.upstream.feeds import FEEDS
from tests.support.upstream import HTTP, Running, read_list, read_pages

COURSES = 220  # of 400 resources: three pages


@pytest.fixture
def running(upstream: Callable[..., Running]) -> Running:
    return upstream(resources=400)


def page(address: str, number: int = 1) -> httpx.Response:
    return HTTP.get(f"{address}/mitxonline/api/v2/courses/?live=True&page={number}")


def ids(answer: httpx.Response) -> list[int]:
    return [record["id"] for record in answer.json()["results"]]


def test_rate_limited_ends_after_n_requests(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "rate_limited", requests=2, seconds=3)
    first = page(address)
    assert (first.status_code, first.headers["Retry-After"]) == (429, "3")
    assert [fault["left"] for fault in control.state()["faults"]] == [1]
    assert page(address, 2).status_code == 429
    assert page(address).status_code == 200
    assert control.state()["faults"] == []
    assert control.requests()["mitxonline"]["courses"] == {
        "requests": 3, "status_429": 2, "fault_rate_limited": 2, "status_200": 1,
    }  # fmt: skip


def test_fault_of_one_stream_leaves_the_others(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "server_error", stream="programs")
    assert page(address).status_code == 200
    assert read_list(address, "courses")
    assert HTTP.get(f"{address}/mitxonline/api/v2/programs/").status_code == 500


def test_server_error_on_the_last_page_waits_for_it(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "server_error_last_page")
    assert [page(address, number).status_code for number in (1, 2, 3, 3)] == [200, 200, 500, 200]


def test_server_error_on_a_list(running: Running) -> None:
    address, control = running
    control.fault("xpro", "server_error_last_page")
    assert HTTP.get(f"{address}/xpro/api/courses/").status_code == 500
    assert HTTP.get(f"{address}/xpro/api/courses/").status_code == 200


@pytest.mark.parametrize("path", ["/mitxonline/api/v2/courses/", "/xpro/api/courses/"])
def test_truncated_body(running: Running, path: str) -> None:
    address, control = running
    whole = HTTP.get(address + path).content
    control.fault(path.split("/")[1], "truncated")
    with HTTP.stream("GET", address + path) as answer:
        assert int(answer.headers["Content-Length"]) == len(whole)
        chunks: list[bytes] = []
        with pytest.raises(httpx.RemoteProtocolError):
            chunks.extend(answer.iter_raw())
    assert whole.startswith(b"".join(chunks))
    assert HTTP.get(address + path).content == whole


@pytest.mark.parametrize("path", ["/mitxonline/api/v2/courses/", "/xpro/api/programs/"])
def test_truncated_json_is_complete_http(running: Running, path: str) -> None:
    address, control = running
    whole = HTTP.get(address + path).content
    control.fault(path.split("/")[1], "truncated_json")
    assert HTTP.get(address + path).content == whole[: len(whole) // 2]


def test_slow(running: Running) -> None:
    address, control = running
    control.fault("xpro", "slow", seconds=0.6)
    before = time.monotonic()
    assert read_list(address, "programs")
    assert time.monotonic() - before >= 0.6


def test_page_repeated(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "page_repeated")
    found = [record["id"] for record in read_pages(address, "courses")]
    assert found == [*range(1, 101), *range(1, 101), *range(201, COURSES + 1)]


def test_page_skipped(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "page_skipped")
    found = [record["id"] for record in read_pages(address, "courses")]
    assert found == [*range(1, 101), *range(201, COURSES + 1)]


def test_count_disagrees(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "count_disagrees", by=-5)
    assert [page(address).json()["count"] for _ in range(2)] == [COURSES - 5, COURSES]


def test_expired_token(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "expired_token")
    refused = page(address)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Api-Key")


def test_empty(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "empty", count=COURSES)
    assert page(address).json() == {"count": COURSES, "next": None, "previous": None, "results": []}
    control.fault("xpro", "empty")
    assert read_list(address, "courses") == []
    assert read_list(address, "courses") != []


def test_redirect_to_a_private_address(running: Running) -> None:
    address, control = running
    control.fault("mitxonline", "redirect_private")
    answer = page(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://169.254.169.254/latest/meta-data/")


def test_not_json(running: Running) -> None:
    address, control = running
    control.fault("xpro", "not_json")
    answer = HTTP.get(f"{address}/xpro/api/courses/")
    assert (answer.status_code, answer.text[:15]) == (200, "<!doctype html>")


@pytest.mark.parametrize(
    ("feed", "kind", "options", "says"),
    [
        ("mitxonline", "melt", {}, "there are rate_limited"),
        ("xpro", "page_skipped", {}, "needs a stream with linked"),
        ("mitxonline", "slow", {"minutes": 1}, "no option minutes"),
    ],
)
def test_fault_that_cannot_be(running: Running, feed: str, kind: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(CommandRefused, match=says):
        running[1].fault(feed, kind, **options)


def test_reset_ends_all_faults(running: Running) -> None:
    address, control = running
    for _, stream, kind in fault_matrix({"mitxonline": FEEDS["mitxonline"]}):
        control.fault("mitxonline", kind, stream=stream, requests=100)
    control.reset("faults")
    assert ids(page(address)) == list(range(1, 101))
