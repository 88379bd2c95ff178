"""News and events in the parity check: a golden record is a feed with its items; here feed and items are compared one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from include.parity.recorded import GoldenFile
from include.sources.base import Json

RECORDS: LiteralString = """
    select feeds.record || jsonb_build_object(
        'guid', feeds.url,
        'items', (
            select coalesce(jsonb_agg(items.guid order by items.position), '[]'::jsonb)
            from intermediate.int_news__items as items
            where items.feed = feeds.feed and items.is_listed
        )
    )
    from intermediate.int_news__feeds as feeds
    where feeds.feed = %(etl_source)s
    union all
    select items.record
    from intermediate.int_news__items as items
    where items.feed = %(etl_source)s and items.is_listed
"""


def news_file(name: str, feed: str) -> GoldenFile:
    """The golden file of a feed of news or events."""
    return GoldenFile(name, feed, query=RECORDS, key="guid", unfold=one_by_one)


def one_by_one(feeds: list[Json]) -> Iterator[Json]:
    """Each feed by its own address, with the guids of its items in their order; and each item."""
    for feed in feeds:
        yield {**feed, "guid": feed["url"], "items": [item["guid"] for item in feed["items"]]}
        yield from feed["items"]
