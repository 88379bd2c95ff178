"""The columns of Learn that a unit carries, and how the marts' rows are received: all from the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from include.contracts.marts import MARTS
from include.contracts.ownership import OWNERSHIP

RESOURCE = "learning_resources_learningresource"
RUN = "learning_resources_learningresourcerun"
# Columns of a mart that say something about the row and are not delivered.
ABOUT_THE_ROW = frozenset({"row_hash", "built_at"})


def _of_learn(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in MARTS[table].columns if column.name in OWNERSHIP[table].insert_columns)


def _followed(table: str) -> tuple[str, ...]:
    return tuple(name for name in _of_learn(table) if name in OWNERSHIP[table].update_columns)


RESOURCE_COLUMNS = _of_learn(RESOURCE)
"""Columns of a new resource that come from its mart."""
RESOURCE_UPDATES = _followed(RESOURCE)
"""Columns of a stored resource that follow its mart; its platform and type are what it was found by."""
RUN_COLUMNS = _of_learn(RUN)
RUN_UPDATES = _followed(RUN)


@dataclass(frozen=True)
class Received:
    """A table of the warehouse and the session table of Learn's database that receives its rows, column by column.

    :ivar key: the column with the key of the unit that a row belongs to.
    :ivar renamed: columns that have another name in the session table.
    """

    mart: str
    into: str
    columns: tuple[str, ...]
    key: str = "resource_key"
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the session table, in the order of ``columns``."""
        return tuple(self.renamed.get(name, name) for name in self.columns)


def _received(mart: str, into: str, key: str = "resource_key") -> Received:
    return Received(mart, into, tuple(each.name for each in MARTS[mart].columns if each.name not in ABOUT_THE_ROW), key)


CATALOG_UNIT = _received("catalog_unit", "incoming_unit")

UNIT_TABLES = (
    _received(RESOURCE, "incoming_resource"),
    _received("learning_resources_course", "incoming_course"),
    _received("learning_resources_program", "incoming_program"),
    _received("learning_resources_video", "incoming_video"),
    _received("learning_resources_videoplaylist", "incoming_playlist"),
    _received("learning_resources_podcast", "incoming_podcast"),
    _received("learning_resources_podcastepisode", "incoming_episode"),
    _received(RUN, "incoming_run"),
    _received("learning_resources_learningresource_topics", "incoming_topic"),
    _received("learning_resources_learningresource_departments", "incoming_department"),
    _received("learning_resources_learningresource_resource_tags", "incoming_tag"),
    _received("learning_resources_learningresource_resource_prices", "incoming_price"),
    _received("learning_resources_learningresourcerun_resource_prices", "incoming_run_price"),
    _received("learning_resources_runinstructorrelationship", "incoming_instructor"),
    _received("learning_resources_learningresourcerelationship", "incoming_child"),
)

FEED = "news_events_feedsource"
ITEM = "news_events_feeditem"
FEED_ITEM_UNIT = Received(ITEM, "incoming_unit", ("guid", "feed", "unit_hash"), "guid", {"guid": "resource_key", "feed": "etl_source"})
"""The items of news and events; each with its detail is a unit."""
NEWS_SOURCES = _received(FEED, "incoming_feed", "feed")
ITEM_TABLES = (
    _received(ITEM, "incoming_item", "guid"),
    _received("news_events_feednewsdetail", "incoming_news_detail", "guid"),
    _received("news_events_feedeventdetail", "incoming_event_detail", "guid"),
)
