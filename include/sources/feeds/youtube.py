"""YouTube: the playlists of a list of channels, and their videos, from the Data API v3 (sources.md 2.10).

Written here because a playlist is three lists that only make sense together: the items name the videos, the videos come by ids, and what
is private or deleted comes in the first and not in the second. One page of the read is one whole playlist. A playlist that does not add
up is told as unread and keeps what is known of it; so is everything that is left when the day's quota is used up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.errors import IncompletePage, RateLimited, SchemaDrift
from include.sources.base import Json, Page, PythonSource, Reading, Record, Stream, Unread, text_at
from include.sources.http import HttpClient
from include.sources.records.youtube import ChannelConfig, YouTubeRecord
from include.sources.youtube_api import VideoApi
from include.sources.youtube_channels import configured_channels

PLAYLISTS = Stream(
    name="playlists",
    key_of=lambda row: _key(row),
    record_model=YouTubeRecord,
    volatile=(
        *((part, "etag") for part in ("channel", "playlist", "video")),
        ("channel", "statistics"),
        ("video", "snippet", "liveBroadcastContent"),
    ),
    html_fields=(text_at("video.snippet.description"),),
)


def _pages(stream: Stream, client: HttpClient, reading: Reading) -> Iterator[Page]:
    """A page per playlist; a channel comes with its first one. The cursor is the place of the last playlist in its channel."""
    channels = configured_channels(client)
    api = VideoApi(client)
    waiting = channels if reading.cursor is None else _from(channels, str(reading.cursor["channel"]))
    number = 0
    for position, channel in enumerate(waiting):
        after = reading.cursor["playlist"] if reading.cursor is not None and position == 0 else None
        try:
            for page in _channel_pages(api, channel, after):
                number += 1
                yield Page(page.records, page.rejects, page.cursor, None, number, unread=page.unread)
        except RateLimited as error:
            left = tuple(Unread.because(f"{each.channel_id}/", error) for each in waiting[position:])
            yield Page([], [], None, None, number + 1, unread=left)
            return
        except (IncompletePage, SchemaDrift) as error:
            number += 1
            yield Page([], [], None, None, number, unread=(Unread.because(f"{channel.channel_id}/", error),))


def _key(row: Json) -> str:
    """Of a channel `<channel>/`, of a playlist `<channel>/<playlist>/`, of a video in it `<channel>/<playlist>/<video>`."""
    if row["kind"] == "channel":
        return f"{row['channel']['id']}/"
    if row["kind"] == "playlist":
        return f"{row['channel_id']}/{row['playlist']['id']}/"
    return f"{row['channel_id']}/{row['playlist_id']}/{row['video']['id']}"


def _record(row: Json) -> Record:
    return Record(_key(row), row)


def _from(channels: Sequence[ChannelConfig], channel_id: str) -> Sequence[ChannelConfig]:
    ids = [channel.channel_id for channel in channels]
    return channels[ids.index(channel_id) :] if channel_id in ids else channels


def _channel_pages(api: VideoApi, channel: ChannelConfig, after: str | None) -> Iterator[Page]:
    """The playlists of a channel, those behind ``after`` where it is still listed."""
    playlists = [each for each in api.playlists(channel) if channel.wants(each["id"])]
    ids = [each["id"] for each in playlists]
    head: list[Record] = []
    if after in ids:
        playlists = playlists[ids.index(after) + 1 :]
    else:
        head = [_record({"kind": "channel", "channel": api.channel(channel.channel_id)})]
        yield Page(head, [], None, None, 0)
    for playlist in playlists:
        cursor = {"channel": channel.channel_id, "playlist": playlist["id"]}
        try:
            yield Page(_playlist_records(api, channel, playlist), [], cursor, None, 0)
        except (IncompletePage, SchemaDrift) as error:
            yield Page([], [], cursor, None, 0, unread=(Unread.because(f"{channel.channel_id}/{playlist['id']}/", error),))


def _playlist_records(api: VideoApi, channel: ChannelConfig, playlist: Json) -> list[Record]:
    """The playlist and its videos in their order; a video that it has twice counts where it comes first."""
    videos = {video["id"]: video for video in api.videos_of(playlist["id"])}
    about = {
        "channel_id": channel.channel_id,
        "offered_by": channel.offered_by,
        "create_videos": channel.creates_videos(playlist["id"]),
    }
    return [
        _record({"kind": "playlist", **about, "playlist": playlist, "video_ids": list(videos)}),
        *(_record({"kind": "video", **about, "playlist_id": playlist["id"], "video": video}) for video in videos.values()),
    ]


SOURCE = PythonSource(
    key="youtube",
    title="YouTube",
    streams=(PLAYLISTS,),
    read=_pages,
    why_not_low_code="a playlist fails by itself, and its videos are asked for in batches of the ids that it lists",
)
"""The source `youtube`. The connection: https://youtube.googleapis.com with a developer key of Google's (password)."""
