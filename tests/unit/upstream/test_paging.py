"""Whatever the page size, and whatever was added or removed, every record comes exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.local.upstream.embedded import running_upstream
from include.local.upstream.records import GeneratedRecords, Overlay, StreamView
from include.local.upstream.settings import UpstreamSettings
from tests.support.upstream import HTTP, read_pages

RESOURCES = 200
COURSES = 110


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_upstream(UpstreamSettings(resources=RESOURCES, clock=datetime(2024, 9, 10, tzinfo=UTC))) as running:
        yield running


@settings(max_examples=25, deadline=None)
@given(page_size=st.integers(1, 150))
def test_every_record_once(address: str, page_size: int) -> None:
    ids = [record["id"] for record in read_pages(address, "courses", page_size)]
    assert ids == list(range(1, COURSES + 1))


@given(data=st.data(), count=st.integers(0, 40))
def test_view_is_base_without_removed_plus_added(data: st.DataObject, count: int) -> None:
    removed = data.draw(st.sets(st.integers(0, max(0, count - 1)))) if count else set()
    added = [(f"new{number}", {"readable_id": f"new{number}"}) for number in range(data.draw(st.integers(0, 5)))]
    base = GeneratedRecords(count, lambda index: {"readable_id": f"k{index}"}, lambda key: int(key[1:]) if key[0] == "k" else None)
    view = StreamView(base, Overlay(removed=frozenset(f"k{index}" for index in removed), added=tuple(added)))
    expected = [f"k{index}" for index in range(count) if index not in removed] + [key for key, _ in added]
    size = data.draw(st.integers(1, 10))
    paged = [record["readable_id"] for start in range(0, len(view), size) for record in view.records(start, start + size)]
    assert paged == expected
    assert [view.locate(key) for key in expected] == list(range(len(expected)))
    assert all(view.locate(f"k{index}") is None for index in removed)


def test_links_are_absolute_and_keep_the_query(address: str) -> None:
    page = HTTP.get(f"{address}/mitxonline/api/v2/courses/?live=True&page_size=50&page=2").json()
    assert page["count"] == COURSES
    assert page["next"] == f"{address}/mitxonline/api/v2/courses/?live=True&page=3&page_size=50"
    assert page["previous"] == f"{address}/mitxonline/api/v2/courses/?live=True&page_size=50"


@pytest.mark.parametrize("page", ["0", "3", "x", "-1", "9" * 5000])
def test_a_page_that_is_not_there(address: str, page: str) -> None:
    answer = HTTP.get(f"{address}/mitxonline/api/v2/courses/", params={"page": page})
    assert (answer.status_code, answer.json()) == (404, {"detail": "Invalid page."})


def test_page_size_is_cut_to_the_maximum(address: str) -> None:
    assert len(HTTP.get(f"{address}/mitxonline/api/v2/courses/?page_size=1000").json()["results"]) == 100


def test_one_course_by_number(address: str) -> None:
    assert HTTP.get(f"{address}/mitxonline/api/v2/courses/7/?live=True").json()["id"] == 7
    assert HTTP.get(f"{address}/mitxonline/api/v2/courses/7000/").status_code == 404
