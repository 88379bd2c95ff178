"""Marts of news and events as a test needs them: a feed, its items."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from include.delivery.columns import ITEM_TABLES, NEWS_SOURCES
from tests.support.marts import Marts

DAY = datetime(2026, 11, 1, tzinfo=UTC)
Image = tuple[str, str, str]


@dataclass(frozen=True)
class Feed:
    """A feed of ours; its page is its identity in Learn."""

    key: str = "news_mitpe"
    feed_type: str = "news"
    title: str = "Professional Education News"
    image: Image | None = None

    @property
    def url(self) -> str:
        return f"https://example.edu/{self.key}"


@dataclass(frozen=True)
class Item:
    """A piece of news, or with ``starts`` an event."""

    guid: str
    feed: str = "news_mitpe"
    title: str = "Title"
    image: Image | None = ("https://img/1.png", "one", "one")
    starts: datetime | None = None
    ends: datetime | None = None
    authors: tuple[str, ...] = ("Ada",)

    def but(self, **changes: Any) -> Item:
        return replace(self, **changes)


def put_feed(marts: Marts, feed: Feed, *items: Item, read_at: datetime = DAY) -> None:
    """The feed as it is after a transformation: with these items and no other, read at that moment."""
    connection = marts.connection
    with connection.transaction():
        for table in ITEM_TABLES[1:]:
            connection.execute(
                f"delete from marts.{table.mart} where guid in (select guid from marts.news_events_feeditem where feed = %s)", [feed.key]
            )
        connection.execute("delete from marts.news_events_feeditem where feed = %s", [feed.key])
        connection.execute("delete from marts.news_events_feedsource where feed = %s", [feed.key])
        connection.execute("insert into ops.loads values (%s, %s)", [feed.key, read_at])
        values = {
            "feed": feed.key,
            "title": feed.title,
            "url": feed.url,
            "description": "",
            "feed_type": feed.feed_type,
            **_image(feed.image),
        }
        marts.copy_rows(NEWS_SOURCES, [[values[name] for name in NEWS_SOURCES.columns]])
        for table in ITEM_TABLES:
            marts.copy_rows(table, ([row[name] for name in table.columns] for item in items for row in _rows(table.into, item)))


def _image(image: Image | None) -> dict[str, str | None]:
    url, description, alt = image or (None, None, None)
    return {"image_url": url, "image_description": description, "image_alt": alt}


def _rows(into: str, item: Item) -> Iterator[dict[str, Any]]:
    digest = hashlib.sha256(json.dumps(asdict(item), sort_keys=True, default=str).encode()).hexdigest()
    if into == "incoming_item":
        texts = {"title": item.title, "url": f"https://example.edu/{item.guid}", "summary": "S", "content": "A tab\t and a\nline"}
        yield {"guid": item.guid, "feed": item.feed, "unit_hash": digest, **texts, **_image(item.image)}
    elif into == "incoming_news_detail" and item.starts is None:
        yield {"guid": item.guid, "authors": list(item.authors), "topics": [], "publish_date": DAY}
    elif into == "incoming_event_detail" and item.starts is not None:
        lists = {"audience": ["Public"], "location": ["Online"], "event_type": []}
        yield {"guid": item.guid, **lists, "event_datetime": item.starts, "event_end_datetime": item.ends}
