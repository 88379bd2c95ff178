"""Rules of podcasts and climate articles: what a show hands down, ids that stay, quirks that are switched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.dbt.conftest import START, Warehouse
from tests.integration.dbt.raw_feed import RawFeed

EARLIER = START - timedelta(hours=2)
MODELS = ("build", "--select", "+int_podcast__shows +int_mit_climate__documents", "--exclude-resource-type", "unit_test")
PARITY = ("--vars", "{podcast_known_topics: false, podcast_offeror_codes: false, mit_climate_clean_html: false}")


def show(items: list[str], **config: Any) -> dict[str, Any]:
    return {
        "kind": "feed",
        "file": "a.yaml",
        "config": {"rss_url": "https://host.example/a.xml", "offered_by": "ocw", "topics": "Business, Physics,, Unheard of", **config},
        "feed": {"title": "Show", "description": "<a href='https://x.example' onclick='y()'>x</a>", "itunes_image": "show.jpg"},
        "items": items,
    }


def episode(**item: Any) -> dict[str, Any]:
    given = {"id": "e", "title": "Episode", "enclosure_url": "https://host.example/e.mp3", "published": None, "xml": "<item/>"}
    return {"kind": "item", "parent": "a.yaml/", "item": given | item}


DURATIONS = {
    "00:17:16": "PT17M16S",
    "90": "PT1M30S",
    "103:55": "PT1H43M55S",
    "0": "PT0S",
    "59.9": "PT59S",
    "PT5M": "PT5M",
    "11:11:11": None,
    "an hour": None,
    "": None,
}


@pytest.mark.timeout(1500)
def test_podcasts_and_articles(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    for number, duration in enumerate(DURATIONS):
        feed.put("podcast", "feeds", f"a.yaml/e{number}", episode(guid=f"e{number}", duration=duration), EARLIER)
    feed.put("podcast", "feeds", "a.yaml/link", episode(link="https://host.example/e", image="own.jpg"), EARLIER)
    feed.put("podcast", "feeds", "a.yaml/", show(["a.yaml/link", "a.yaml/e1", "a.yaml/e0", "a.yaml/gone"]), EARLIER)
    article = {"uuid": "u", "title": "A &amp; B", "url": "/x", "summary": "<p class='a'>S</p>", "topics": "Energy|Air Travel|Tea"}
    feed.put("mit_climate", "explainers", "u", article | {"created": "2023-10-01T12:00:00"}, EARLIER)
    feed.put("mit_climate", "ask_mit_climate", "u", article, EARLIER)
    feed.remove("mit_climate", "ask_mit_climate", "u", START)

    warehouse.dbt(*MODELS)

    [podcast] = records(warehouse, "podcast__shows")
    assert podcast["readable_id"] == "host.example/a.xml"
    assert podcast["offered_by"] == {"name": "ocw"}
    assert podcast["loader"] == {"offered_by_code": "ocw"}
    assert [topic["name"] for topic in podcast["topics"]] == ["Business & Management", "Physics", "Unheard of"]
    assert podcast["description"] == '<a href="https://x.example">x</a>'
    assert [each["readable_id"] for each in podcast["episodes"]] == ["host.example/e", "e1", "e0"]
    episodes = {each["readable_id"]: each for each in records(warehouse, "podcast__episodes")}
    found = {text: episodes[f"e{number}"]["podcast_episode"]["duration"] for number, text in enumerate(DURATIONS)}
    assert found == DURATIONS
    assert (episodes["e0"]["image"], episodes["host.example/e"]["image"]) == ({"url": "show.jpg"}, {"url": "own.jpg"})
    assert (episodes["e0"]["url"], episodes["e0"]["topics"]) == ("https://host.example/e.mp3", podcast["topics"])
    [document] = records(warehouse, "mit_climate__documents")
    assert (document["title"], document["description"], document["image"]["url"]) == ("A & B", "<p>S</p>", None)
    assert [topic["name"] for topic in document["topics"]] == ["Energy", "Engineering", "Aerospace Engineering", "Energy"]
    assert document["loader"]["created_on"] == "2023-10-01T16:00:00.000000Z"

    feed.put("podcast", "feeds", "a.yaml/", show(["a.yaml/e1"], rss_url="https://new.example/a.xml"), START)
    feed.remove("podcast", "feeds", "a.yaml/e0", START)
    feed.remove("mit_climate", "explainers", "u", START)
    warehouse.dbt(*MODELS, *PARITY)

    [podcast] = records(warehouse, "podcast__shows")
    assert [topic["name"] for topic in podcast["topics"]] == ["Business", "Physics", "Unheard of"]
    assert podcast["loader"] == {"offered_by_code": None}
    assert [each["readable_id"] for each in podcast["episodes"]] == ["e1"]
    [row] = warehouse.rows("select former_resource_keys from intermediate.int_podcast__shows")
    assert row["former_resource_keys"] == ["podcast|podcast|host.example/a.xml"]
    states = warehouse.rows("select record_key, is_removed, is_published from intermediate.int_podcast__episodes")
    assert {row["record_key"]: row["is_published"] for row in states}["a.yaml/e0"] is False
    [row] = warehouse.rows("select is_removed, is_published from intermediate.int_mit_climate__documents")
    assert (row["is_removed"], row["is_published"]) == (True, False)


def records(warehouse: Warehouse, model: str) -> list[dict[str, Any]]:
    return [row["record"] for row in warehouse.rows(f"select record from intermediate.int_{model} where not is_removed")]
