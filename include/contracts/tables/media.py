"""Podcasts, episodes, videos and playlists: what they have beside their resource."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from ..column_types import JSONB, Feed, Integer, Varchar10, Varchar11, Varchar80, Varchar256, Varchar2048
from ..table import Entity, Stamped, Table, column, foreign_key
from .catalog import LearningResource

ONE_PER_RESOURCE = (("learning_resource_id",),)


class Podcast(Entity):
    """What only a podcast has."""

    __table__ = Table("learning_resources_podcast", uniques=ONE_PER_RESOURCE)

    apple_podcasts_url: Varchar2048 | None = column("Its page at Apple.", None)
    google_podcasts_url: Varchar2048 | None = column("Its page at Google.", None)
    rss_url: Varchar2048 | None = column("Its feed.", None)
    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource.")


class PodcastEpisode(Entity):
    """What only an episode has."""

    __table__ = Table("learning_resources_podcastepisode", uniques=ONE_PER_RESOURCE)

    transcript: str = column("Text of the episode.", "")
    episode_link: Varchar2048 | None = column("Its page.", None)
    duration: Varchar10 | None = column("ISO 8601 (`PT1H2M3S`), 10 characters.", None)
    rss: str | None = column("The item of the feed, as XML.", None)
    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource.")
    audio_url: Varchar2048 = column("The sound file.")


class Caption(BaseModel):
    """A caption file of a video."""

    language: str
    language_name: str
    url: str


class Video(Entity):
    """What only a video has."""

    __table__ = Table("learning_resources_video", uniques=ONE_PER_RESOURCE)

    duration: Varchar11 = column("ISO 8601 (`PT1H2M3S`), 11 characters.")
    transcript: str = column("Text of the video.", "")
    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource.")
    caption_urls: Annotated[list[Caption], JSONB] = column("Caption files.", [])
    cover_image_url: Varchar2048 = column("Still picture.", "")
    streaming_url: Varchar2048 = column("HLS manifest.", "")


class VideoChannel(Stamped):
    """A channel of a video site."""

    __table__ = Table("learning_resources_videochannel", primary_key="channel_id")

    channel_id: Varchar80 = column("The site's key of the channel.")
    title: Varchar256 = column("Title, plain text.")
    published: bool = column("Whether people see it.", True)
    etl_source: Feed = column("Key of the feed it comes from.", "")


class VideoPlaylist(Entity):
    """What only a playlist has."""

    __table__ = Table("learning_resources_videoplaylist", uniques=ONE_PER_RESOURCE)

    channel_id: Varchar80 = foreign_key(VideoChannel, "Its channel.")
    learning_resource_id: Integer = foreign_key(LearningResource, "Its resource.")
    parent_learning_resource_id: Integer | None = foreign_key(
        LearningResource, "The course whose lectures it holds.", None, on_delete="SET_NULL"
    )
