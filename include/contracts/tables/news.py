"""News and events. Served from Postgres only: they are in no search index (target_model 1.7)."""

from __future__ import annotations

from typing import Annotated

from ..column_types import Integer, Timestamp, Varchar, Varchar200, Varchar255, Varchar1024, Varchar2048
from ..enums import FeedType
from ..table import Entity, Table, column, foreign_key

ONE_PER_ITEM = (("feed_item_id",),)


class FeedImage(Entity):
    """An image of a feed or an item; unlike a resource's, its texts are never null."""

    __table__ = Table("news_events_feedimage")

    url: str = column("Absolute address of the image.", "")
    description: Varchar1024 = column("Caption.", "")
    alt: Varchar1024 = column("Text for those who do not see the image.", "")


class FeedSource(Entity):
    """A feed of news or of events; (feed_type, url) identifies it."""

    __table__ = Table("news_events_feedsource", indexes=("feed_type",))

    title: Varchar255 = column("Title, plain text.")
    url: Varchar200 = column("Page of the feed.")
    description: str = column("Summary.", "")
    feed_type: Annotated[FeedType, Varchar(255)] = column("News or events.")
    image_id: Integer | None = foreign_key(FeedImage, "Its image.", None, on_delete="SET_NULL")


class FeedItem(Entity):
    """A piece of news or an event."""

    __table__ = Table("news_events_feeditem", uniques=(("guid",),))

    guid: Varchar2048 = column("The source's key of the item.")
    title: Varchar255 = column("Title, plain text.")
    url: Varchar200 = column("Page of the item.")
    summary: str = column("Summary, cleaned HTML.", "")
    content: str = column("Whole text, cleaned HTML.", "")
    image_id: Integer | None = foreign_key(FeedImage, "Its image.", None, on_delete="SET_NULL")
    source_id: Integer = foreign_key(FeedSource, "Its feed.")


class FeedNewsDetail(Entity):
    """What only a piece of news has."""

    __table__ = Table("news_events_feednewsdetail", uniques=ONE_PER_ITEM)

    authors: list[Varchar255] = column("Names of the authors.")
    topics: list[Varchar255] = column("Topics in the source's words.")
    publish_date: Timestamp = column("When it was published; UTC.")
    feed_item_id: Integer = foreign_key(FeedItem, "Its item.")


class FeedEventDetail(Entity):
    """What only an event has."""

    __table__ = Table("news_events_feedeventdetail", uniques=ONE_PER_ITEM, indexes=("event_datetime", "event_end_datetime"))

    audience: list[Varchar255] = column("Faculty, MIT Community, Public, Students.")
    location: list[Varchar255] = column("Where, as text.")
    event_type: list[Varchar255] = column("Kinds, in the source's words.")
    event_datetime: Timestamp = column("When it starts; UTC.")
    feed_item_id: Integer = foreign_key(FeedItem, "Its item.")
    event_end_datetime: Timestamp | None = column("When it ends; UTC.", None)
