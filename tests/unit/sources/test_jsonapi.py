"""Drupal's pages and relations: every event once, whatever the page size, and each relation followed only when it leads somewhere new."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.errors import IncompletePage, RefusedAddress, SchemaDrift
from include.sources import jsonapi
from include.sources.base import Reading
from include.sources.feeds.events_ol import EVENTS, SOURCE
from include.sources.jsonapi import Relations, linked_pages

BASE = "https://publisher.example/site"
NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
TERMS = ("Online", "On Campus")


def event(number: int, date: str = "2124-04-30T11:00:00-04:00") -> dict[str, Any]:
    """An event with one of two terms and a picture that it shares with every fifth other."""
    ident, picture = f"e{number}", {"type": "media", "id": f"p{number % 5}"}
    related = {
        name: {"data": data, "links": {"related": {"href": f"{BASE}/jsonapi/node/event/{ident}/{name}"}}}
        for name, data in (("field_location_tag", [{"type": "term", "id": TERMS[number % 2]}]), ("field_event_image", picture))
    }
    return {"type": "node--event", "id": ident, "attributes": {"field_event_date": {"value": date}}, "relationships": related}


class Drupal:
    """Answers as JSON:API does, and counts what it is asked."""

    base_url, source, paths = BASE, "events_ol", dict[str, str]()

    def __init__(self, events: list[dict[str, Any]], size: int = 50) -> None:
        self.events, self.size = events, size
        self.asked: list[str] = []
        self.twist: Any = lambda offset, body: body

    def url(self, path: str) -> str:
        return f"{BASE}{path}"

    def get_json(self, url: str, where: str) -> Any:
        self.asked.append(url)
        path = urlsplit(url).path.removeprefix("/site/jsonapi")
        if path == "/node/event":
            return self._page(int(parse_qs(urlsplit(url).query).get("page[offset]", ["0"])[0]))
        *_, ident, relation = path.split("/")
        if relation == "field_media_image":
            return {"data": {"type": "file", "id": f"f{ident}", "attributes": {"uri": {"url": f"/{ident}.jpg"}}}}
        number = int(ident[1:])
        if relation == "field_location_tag":
            return {"data": [{"type": "term", "id": TERMS[number % 2], "attributes": {"name": TERMS[number % 2]}}]}
        picture = f"p{number % 5}"
        href = f"{BASE}/jsonapi/media/event_image/{picture}/field_media_image"
        file = {"data": {"type": "file", "id": f"f{picture}"}, "links": {"related": {"href": href}}}
        return {"data": {"type": "media", "id": picture, "relationships": {"field_media_image": file}}}

    def _page(self, offset: int) -> Any:
        body: dict[str, Any] = {"data": self.events[offset : offset + self.size], "links": {}}
        if offset + self.size < len(self.events):
            link = f"{BASE}/jsonapi/node/event?page%5Boffset%5D={offset + self.size}&page%5Blimit%5D={self.size}"
            body["links"]["next"] = {"href": link}
        return self.twist(offset, body)


def read(client: Drupal, cursor: Any = None, limit: int | None = None) -> list[Any]:
    return list(SOURCE.pages(EVENTS, client, Reading(lambda: NOW, cursor, limit)))  # type: ignore[arg-type]


@settings(deadline=None)
@given(count=st.integers(1, 60), size=st.integers(1, 25), data=st.data())
def test_every_event_comes_once_and_a_read_goes_on_after_any_page(count: int, size: int, data: st.DataObject) -> None:
    events = [event(number) for number in range(count)]
    pages = read(Drupal(events, size))
    assert [record.key for page in pages for record in page.records] == [f"e{number}" for number in range(count)]
    stopped = data.draw(st.sampled_from(pages))
    if stopped.cursor is not None:
        rest = read(Drupal(events, size), stopped.cursor)
        assert sum(len(page.records) for page in (*pages[: stopped.number], *rest)) == count


@settings(deadline=None)
@given(count=st.integers(1, 60))
def test_what_is_shared_is_asked_for_once(count: int) -> None:
    client = Drupal([event(number) for number in range(count)])
    records = [record for page in read(client) for record in page.records]
    relations = [url for url in client.asked if "/node/event?" not in url]
    assert len(relations) <= len(TERMS) + 2 * 5
    for number, record in enumerate(records):
        assert record.payload["related"]["field_location_tag"][0]["attributes"]["name"] == TERMS[number % 2]
        assert record.payload["image"]["file"]["attributes"]["uri"]["url"] == f"/p{number % 5}.jpg"


def test_an_event_that_is_over_is_landed_and_its_relations_are_not_followed() -> None:
    client = Drupal([event(0, "2024-09-01T11:00:00-04:00")])
    [page] = read(client)
    assert page.records[0].payload == {"event": client.events[0], "related": {}, "image": None}
    assert len(client.asked) == 1


def test_one_event_whose_relation_is_gone_is_rejected_alone() -> None:
    client = Drupal([event(0), event(1)])
    answer = client.get_json

    def get_json(url: str, where: str) -> Any:
        if "/e1/" in url:
            raise SchemaDrift("The upstream answers HTTP 404")
        return answer(url, where)

    client.get_json = get_json  # type: ignore[method-assign]
    [page] = read(client)
    assert ([record.key for record in page.records], [reject.key for reject in page.rejects]) == (["e0"], ["e1"])


@pytest.mark.parametrize(
    ("twist", "error"),
    [
        (lambda offset, body: {**body, "data": [event(0), event(1)]}, IncompletePage),
        (lambda offset, body: body if offset == 0 else {"data": [], "links": {}}, IncompletePage),
        (lambda offset, body: {**body, "links": {"next": {"href": f"{BASE}/x?page[offset]=4&page[limit]=2"}}}, IncompletePage),
        (lambda offset, body: {**body, "links": {"next": {"href": "https://elsewhere.example/x"}}}, RefusedAddress),
        (lambda offset, body: {"items": []}, SchemaDrift),
    ],
    ids=["repeated", "promised and empty", "skipped", "another host", "no data"],
)
def test_no_disorder_of_the_pages_passes_for_the_list(twist: Any, error: type[Exception]) -> None:
    client = Drupal([event(number) for number in range(6)], size=2)
    client.twist = twist
    with pytest.raises(error):
        list(linked_pages(client, "/jsonapi/node/event", None, "events"))  # type: ignore[arg-type]


def test_relations_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonapi, "MAX_FOLLOWED", 1)
    relations = Relations(Drupal([]))  # type: ignore[arg-type]
    relations.entries(event(0), "field_location_tag")
    with pytest.raises(SchemaDrift, match="More than 1"):
        relations.entries(event(1), "field_location_tag")
