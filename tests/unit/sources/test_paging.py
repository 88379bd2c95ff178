"""DRF pages: each record once, whatever the page size; and no disorder of the pages passes for the end of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.errors import IncompletePage, RefusedAddress, SchemaDrift
from include.sources.drf import drf_pages
from include.sources.feeds.mitxonline import COURSES

BASE = "https://publisher.example/"
START = "/api/v2/courses/?live=True"


class Pages:
    """Answers as a DRF list does; ``twist`` may change an answer of page n."""

    base_url, source = BASE, "mitxonline"

    def __init__(self, keys: list[str], size: int, twist: Callable[[int, dict[str, Any]], Any] = lambda _, body: body) -> None:
        self.keys, self.size, self.twist, self.asked = keys, size, twist, []

    def url(self, path: str) -> str:
        return urljoin(BASE, path)

    def get_json(self, url: str, where: str) -> Any:
        self.asked.append(url)
        number = int(parse_qs(urlsplit(url).query).get("page", ["1"])[0])
        items = self.keys[(number - 1) * self.size : number * self.size]
        more = number * self.size < len(self.keys)
        following = f"http://publisher.example/api/v2/courses/?live=True&page={number + 1}" if more else None
        return self.twist(number, {"count": len(self.keys), "next": following, "results": [{"readable_id": key} for key in items]})


def read(client: Pages, cursor: dict[str, Any] | None = None, limit: int | None = None, counted: bool = True) -> list[str]:
    return [record.key for page in drf_pages(COURSES, client, START, cursor, limit, counted=counted) for record in page.records]


def uncounted(_: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"next": body["next"], "results": body["results"]}


keys = st.lists(st.integers(0, 10_000).map(lambda n: f"course-v1:x+{n}"), unique=True, min_size=1, max_size=60)


@given(keys=keys, size=st.integers(1, 25))
def test_every_record_comes_once_and_in_order(keys: list[str], size: int) -> None:
    assert read(Pages(keys, size)) == keys


@given(keys=keys, size=st.integers(1, 25))
def test_a_list_without_a_count_is_read_to_its_end(keys: list[str], size: int) -> None:
    assert read(Pages(keys, size, uncounted), counted=False) == keys
    assert read(Pages(keys, size), counted=False) == keys


@given(keys=keys, size=st.integers(1, 25), data=st.data())
def test_a_read_goes_on_after_any_page(keys: list[str], size: int, data: st.DataObject) -> None:
    pages = list(drf_pages(COURSES, Pages(keys, size), START, None, None))
    stopped = data.draw(st.sampled_from(pages))
    if stopped.cursor is not None:
        rest = read(Pages(keys, size), stopped.cursor)
        before = [record.key for page in pages[: stopped.number] for record in page.records]
        assert before + rest == keys


@given(keys=keys, size=st.integers(1, 25), limit=st.integers(1, 80))
def test_a_limit_reads_no_page_more_than_it_needs(keys: list[str], size: int, limit: int) -> None:
    client = Pages(keys, size)
    assert len(read(client, limit=limit)) >= min(limit, len(keys))
    assert len(client.asked) <= -(-limit // size)


def skip(number: int, body: dict[str, Any]) -> dict[str, Any]:
    return body | {"next": body["next"].replace("page=2", "page=3")} if number == 1 else body


@pytest.mark.parametrize(
    "twist",
    [
        skip,
        lambda number, body: body | {"next": None} if number == 2 else body,
        lambda number, body: body | {"count": 9},
        lambda number, body: body | {"count": 4} if number == 2 else body,
        lambda number, body: body | {"results": []} if number == 2 else body,
        lambda number, body: body | {"results": body["results"] * 2} if number == 3 else body,
        lambda number, body: {} if number == 2 else body,
        lambda number, body: {"count": 0, "next": None, "results": []} if number == 2 else body,
    ],
    ids=["skipped", "cut short", "count too high", "count changes", "empty page", "too many", "nothing", "empty list"],
)
def test_pages_that_do_not_add_up_are_incomplete(twist: Callable[[int, dict[str, Any]], Any]) -> None:
    with pytest.raises(IncompletePage) as caught:
        read(Pages([f"k{n}" for n in range(6)], 2, twist))
    assert caught.value.source == "mitxonline"
    assert "page" in caught.value.where
    assert caught.value.what_to_do


@pytest.mark.parametrize(
    ("twist", "told"),
    [
        (lambda _, body: uncounted(_, body) | {"next": f"{BASE}api/v2/courses/?live=True&page=2"}, "leads back"),
        (lambda number, body: {"next": body["next"], "results": [] if number == 2 else body["results"]}, "is empty"),
        (lambda number, body: {"next": None, "results": []} if number == 2 else uncounted(number, body), "is empty"),
        (lambda number, body: {} if number == 2 else uncounted(number, body), "nothing"),
        (lambda number, body: uncounted(number, body) if number == 2 else body, "went from"),
        (skip, "leads past one"),
        (lambda number, body: body | {"count": 9}, "counts 9"),
    ],
    ids=["circle", "empty page", "empty end", "nothing", "count disappears", "a page left out", "a count that does not fit"],
)
def test_disorder_shows_without_a_count_as_well(twist: Callable[[int, dict[str, Any]], Any], told: str) -> None:
    with pytest.raises(IncompletePage, match=told):
        read(Pages([f"k{n}" for n in range(6)], 2, twist), counted=False)


@pytest.mark.parametrize(
    "body",
    [{"count": 1, "next": None}, {"results": [], "next": None}, {"count": "1", "next": None, "results": []}, ["a"], {"detail": "x"}],
)
def test_another_shape_is_schema_drift(body: Any) -> None:
    with pytest.raises(SchemaDrift, match="shape"):
        read(Pages(["a"], 1, lambda _, __: body))


def test_the_next_page_is_asked_on_the_original_scheme() -> None:
    client = Pages(["a", "b"], 1)
    read(client)
    assert client.asked[1] == "https://publisher.example/api/v2/courses/?live=True&page=2"


def test_a_link_to_another_host_is_refused() -> None:
    client = Pages(["a", "b"], 1, lambda number, body: body | {"next": "https://elsewhere.example/?page=2"} if number == 1 else body)
    with pytest.raises(RefusedAddress, match="another host"):
        read(client)
    assert len(client.asked) == 1


def test_a_stream_on_another_host_keeps_to_that_host() -> None:
    client = Pages(["a", "b"], 1, lambda _, body: body | {"next": body["next"] and body["next"].replace("publisher", "discovery")})
    pages = list(drf_pages(COURSES, client, "https://discovery.example/api/v1/programs/", None, None))
    assert [page.cursor and page.cursor["next"] for page in pages] == ["/api/v2/courses/?live=True&page=2", None]
    assert {urlsplit(url).hostname for url in client.asked} == {"discovery.example"}


def test_an_item_without_key_is_rejected_with_its_place() -> None:
    client = Pages(["a", "b"], 2, lambda _, body: body | {"results": [{"title": "nameless"}, {"readable_id": "b"}]})
    [page] = drf_pages(COURSES, client, START, None, None)
    assert [record.key for record in page.records] == ["b"]
    assert [(reject.reason, reject.where) for reject in page.rejects] == [("has no readable_id", "page 1, item 1")]
