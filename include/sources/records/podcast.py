"""Podcasts and their episodes, as the loader makes them of a configured show and its RSS (sources.md 2.11)."""

from __future__ import annotations

from typing import Annotated, Literal, Required

from pydantic import AfterValidator, Field, RootModel
from typing_extensions import TypedDict

from include.sources.records.types import Moment, ReadableId, Title, Url


class ConfigFields(TypedDict, total=False):
    """What the file of a show says."""

    rss_url: Required[Url]
    website: Url | None
    topics: str | None
    offered_by: str | None
    podcast_title: Title | None
    apple_podcasts_url: Url | None
    google_podcasts_url: Url | None


class ChannelFields(TypedDict, total=False):
    """What the RSS says of the show itself."""

    title: Title | None
    description: str | None
    itunes_image: str | None


class ShowFields(TypedDict, total=False):
    """A show."""

    kind: Required[Literal["feed"]]
    config: Required[ConfigFields]
    feed: Required[ChannelFields]
    items: Required[list[str]]


class EpisodeItem(TypedDict, total=False):
    """An item of a show's RSS."""

    id: Required[ReadableId]
    guid: ReadableId | None
    title: Required[Title]
    link: Url | None
    description: str | None
    published: Moment | None
    enclosure_url: Required[Url]
    duration: str | None
    image: str | None
    xml: Required[str]


class EpisodeFields(TypedDict):
    """An episode with the key of its show."""

    kind: Literal["item"]
    parent: str
    item: EpisodeItem


def _has_title(record: ShowFields | EpisodeFields) -> ShowFields | EpisodeFields:
    if record["kind"] == "feed" and not (record["config"].get("podcast_title") or record["feed"].get("title")):
        raise ValueError("neither the configuration nor the RSS has a title")
    return record


Row = Annotated[ShowFields | EpisodeFields, Field(discriminator="kind"), AfterValidator(_has_title)]


class PodcastRecord(RootModel[Row]):
    """A show or an episode that can be used."""
