"""Channels, playlists and videos as YouTube's Data API v3 has them, each with what our list of channels says of it (sources.md 2.10)."""

from __future__ import annotations

from typing import Annotated, Literal, Required

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints
from typing_extensions import TypedDict

from include.sources.records.types import Moment, ReadableId, Title, Url

ChannelId = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[\w-]+$")]
YouTubeId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
Duration = Annotated[str, StringConstraints(min_length=1, max_length=11, pattern=r"^P")]
"""ISO 8601, as Learn's column has room for."""
EVERY_PLAYLIST = "all"


class PlaylistConfig(BaseModel):
    """A playlist that is listed by its id; ``all`` stands for those that are not."""

    model_config = ConfigDict(frozen=True)

    id: YouTubeId
    ignore: bool = False
    create_videos: bool | None = None


class ChannelConfig(BaseModel):
    """A channel of the list."""

    model_config = ConfigDict(frozen=True)

    channel_id: ChannelId
    offered_by: str | None = None
    create_videos: bool = True
    playlists: tuple[PlaylistConfig, ...]

    @property
    def listed(self) -> dict[str, PlaylistConfig]:
        """The playlists that are listed by their ids."""
        return {playlist.id: playlist for playlist in self.playlists if playlist.id != EVERY_PLAYLIST}

    @property
    def others(self) -> PlaylistConfig | None:
        """The wildcard, for the playlists that are not listed; None when only listed ones are read."""
        return next((playlist for playlist in self.playlists if playlist.id == EVERY_PLAYLIST), None)

    def wants(self, playlist_id: str) -> bool:
        """Whether a playlist is read."""
        found = self.listed.get(playlist_id, self.others)
        return found is not None and not found.ignore

    def creates_videos(self, playlist_id: str) -> bool:
        """Whether the videos of a playlist are resources by themselves, or lectures that OCW has."""
        found = self.listed.get(playlist_id)
        return self.create_videos if found is None or found.create_videos is None else found.create_videos


class Picture(TypedDict):
    """A thumbnail."""

    url: Url


class Thumbnails(TypedDict):
    """Sizes of the thumbnail that are used."""

    high: Picture


class Titled(TypedDict):
    """A text in the language of the caller."""

    title: Title


class VideoSnippet(TypedDict, total=False):
    """What a video says of itself."""

    localized: Required[Titled]
    description: Required[str]
    publishedAt: Required[Moment]
    thumbnails: Required[Thumbnails]


class VideoContent(TypedDict):
    """The film."""

    duration: Duration


class Video(TypedDict):
    """A video of the API."""

    id: ReadableId
    snippet: VideoSnippet
    contentDetails: VideoContent


class PlaylistSnippet(TypedDict):
    """What a playlist says of itself."""

    title: Title
    thumbnails: Thumbnails


class Playlist(TypedDict):
    """A playlist of the API."""

    id: ReadableId
    snippet: PlaylistSnippet


class ChannelSnippet(TypedDict):
    """What a channel says of itself."""

    title: Title


class Channel(TypedDict):
    """A channel of the API."""

    id: ChannelId
    snippet: ChannelSnippet


class ChannelRow(TypedDict):
    """A channel of our list."""

    kind: Literal["channel"]
    channel: Channel


class PlaylistRow(TypedDict):
    """A playlist with the ids of its videos in their order, those that everyone may see."""

    kind: Literal["playlist"]
    channel_id: ChannelId
    offered_by: str | None
    create_videos: bool
    playlist: Playlist
    video_ids: list[YouTubeId]


class VideoRow(TypedDict):
    """A video in one of the playlists that have it."""

    kind: Literal["video"]
    channel_id: ChannelId
    playlist_id: ReadableId
    offered_by: str | None
    create_videos: bool
    video: Video


Row = Annotated[ChannelRow | PlaylistRow | VideoRow, Field(discriminator="kind")]


def _each_once(channels: list[ChannelConfig]) -> list[ChannelConfig]:
    ids = [channel.channel_id for channel in channels]
    if len(set(ids)) < len(ids):
        raise ValueError("a channel is listed twice")
    return channels


class Channels(RootModel[Annotated[list[ChannelConfig], Field(min_length=1), AfterValidator(_each_once)]]):
    """The list of channels."""


class YouTubeRecord(RootModel[Row]):
    """A row that can be used."""
