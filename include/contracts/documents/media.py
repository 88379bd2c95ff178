"""Documents of podcasts, videos and documents (target_model 2.4)."""

from __future__ import annotations

from typing import Annotated

from ..tables.media import Caption
from .content_file import ContentFileFields
from .fields import NESTED, OBJECT, Document, Keyword, Text
from .resource import ResourceDocument


class VideoDetail(Document):
    """What only a video has; `transcript` is searched but not shown."""

    id: int
    duration: Keyword
    streaming_url: str | None
    cover_image_url: str | None
    caption_urls: list[Caption]
    transcript: Text


class HasVideo(Document):
    """Mapped in the index of every type, filled in videos."""

    video: Annotated[VideoDetail, OBJECT]


class HasContentFiles(Document):
    """The files that became this resource, in full; mapped in the indexes of videos and documents only."""

    content_files: Annotated[list[ContentFileFields], NESTED]


class PodcastDetail(Document):
    """What only a podcast has; counts published episodes."""

    id: int
    apple_podcasts_url: str | None
    google_podcasts_url: str | None
    rss_url: str | None
    episode_count: int


class PodcastDocument(ResourceDocument):
    """A podcast."""

    podcast: PodcastDetail


class ParentPodcast(Document):
    """A podcast that an episode belongs to."""

    id: int
    title: str
    readable_id: str


class PodcastEpisodeDetail(Document):
    """What only an episode has; `podcasts` are ids."""

    id: int
    transcript: str
    audio_url: str
    episode_link: str | None
    duration: str | None
    rss: str | None
    podcasts: list[int]
    parent_podcasts: list[ParentPodcast]


class PodcastEpisodeDocument(ResourceDocument):
    """An episode of a podcast."""

    podcast_episode: PodcastEpisodeDetail


class VideoDocument(ResourceDocument, HasVideo, HasContentFiles):
    """A video; `playlists` are ids."""

    playlists: list[int]


class Channel(Document):
    """A channel of a video site."""

    channel_id: str
    title: str


class VideoPlaylistDetail(Document):
    """What only a playlist has; the parent is the course whose lectures it holds."""

    id: int
    channel: Channel
    video_count: int
    parent_learning_resource_id: int | None
    parent_title: str | None
    parent_url: str | None
    parent_course_numbers: list[str]


class VideoPlaylistDocument(ResourceDocument):
    """A playlist."""

    video_playlist: VideoPlaylistDetail


class DocumentDocument(ResourceDocument, HasContentFiles):
    """A document: an article, a textbook, a problem set."""
