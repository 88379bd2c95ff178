"""YouTube's Data API v3: lists that come page by page, behind a key in a header (a key in the address would be in every log)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from more_itertools import batched

from include.errors import AuthError, IncompletePage, SchemaDrift
from include.sources.base import Json
from include.sources.http import HttpClient, as_rate_limit
from include.sources.records.youtube import ChannelConfig

PAGE_ITEMS = 50
"""The most items of a page, and the most ids of a question."""
KEY_HEADER = "X-Goog-Api-Key"
API_PATH = "youtube/v3"
"""Below the host of the connection (https://youtube.googleapis.com)."""


@dataclass(frozen=True)
class VideoApi:
    """The questions that the feed asks, each answered whole or with a typed error."""

    client: HttpClient

    def __post_init__(self) -> None:
        headers = self.client.session.headers
        headers.pop("Authorization", None)
        if self.client.api_key:
            headers[KEY_HEADER] = self.client.api_key

    def channel(self, channel_id: str) -> Json:
        """One channel.

        :raises IncompletePage: YouTube has no such channel.
        """
        found = [each for each in self._listed("channels", part="snippet,contentDetails", id=channel_id) if each["id"] == channel_id]
        if not found:
            raise IncompletePage(
                f"YouTube has no channel {channel_id}",
                where="channels",
                what_to_do="Nothing of it is unpublished. If it was closed, take it out of the list of channels.",
            )
        return found[0]

    def playlists(self, channel: ChannelConfig) -> list[Json]:
        """The playlists of a channel: all of them, or the listed ones, fifty ids at a time (Learn asks for all ids at once: quirk Q20).

        :raises IncompletePage: there are none at all.
        """
        if channel.others is not None:
            found = list(self._listed("playlists", part="snippet", channelId=channel.channel_id))
        else:
            wanted = [each.id for each in channel.playlists if not each.ignore]
            found = [each for ids in batched(wanted, PAGE_ITEMS) for each in self._listed("playlists", part="snippet", id=",".join(ids))]
        if not found:
            raise IncompletePage(
                f"YouTube lists no playlist of channel {channel.channel_id}",
                where="playlists",
                what_to_do="Nothing of it is unpublished. If the channel has none any more, take it out of the list of channels.",
            )
        return found

    def videos_of(self, playlist_id: str) -> Iterator[Json]:
        """The videos of a playlist in its order; those that are private or deleted are items and nothing more.

        :raises IncompletePage: the playlist has no items, or YouTube has none of a whole page of them although it knows their dates.
        """
        items = [_item(each) for each in self._listed("playlistItems", part="contentDetails", playlistId=playlist_id)]
        if not items:
            raise IncompletePage(
                f"Playlist {playlist_id} has no items at all",
                where="playlistItems",
                what_to_do="Nothing of it is unpublished. If it was emptied for good, say `ignore: true` in the list of channels.",
            )
        for page in batched(items, PAGE_ITEMS):
            ids = [video_id for video_id, _ in page]
            found = {each["id"]: each for each in self._listed("videos", part="snippet,contentDetails", id=",".join(ids))}
            if not found and any(is_dated for _, is_dated in page):
                raise IncompletePage(
                    f"YouTube has none of {len(page)} videos of playlist {playlist_id}",
                    where="videos",
                    what_to_do="Nothing at first: what is known of the playlist stays, and it is asked again by the next run.",
                )
            yield from (found[video_id] for video_id in ids if video_id in found)

    def _listed(self, resource: str, **query: str) -> Iterator[Json]:
        """All items of a list. An item that comes twice says that a page came twice, instead of another one."""
        seen: set[str] = set()
        token: str | None = ""
        while token is not None:
            asked = {**query, "maxResults": PAGE_ITEMS, **({"pageToken": token} if token else {})}
            answer = self._answer(resource, asked)
            items = answer["items"]
            fresh = {str(item["id"]) for item in items}
            if fresh & seen:
                raise IncompletePage(
                    f"A page of {resource} came twice",
                    where=_where(resource, asked),
                    what_to_do="Nothing: it is asked again by the next run.",
                )
            seen |= fresh
            yield from items
            token = answer.get("nextPageToken") if items else None

    def _answer(self, resource: str, query: dict[str, Any]) -> Json:
        where = _where(resource, query)
        try:
            answer = self.client.get_json(self.client.url(where), where)
        except AuthError as error:
            raise as_rate_limit(
                error,
                ("quota", "ratelimit", "rate limit"),
                "YouTube's quota for today is used up",
                "Nothing: what was not read stays as it was, and the next run asks again (the quota is new at midnight in California).",
            ) from error
        except SchemaDrift as error:
            if "api key" not in error.sample.lower():
                raise
            raise AuthError(
                "Google refuses our developer key (HTTP 400)",
                source=error.source,
                where=error.where,
                sample=error.sample,
                what_to_do="Put a valid key into the connection upstream_youtube (password) and clear the task.",
            ) from error
        if not isinstance(answer, dict) or not _are_items(answer.get("items")):
            raise SchemaDrift(
                f"The answer of {resource} is no list of items",
                source=self.client.source,
                where=where,
                sample=str(answer),
                what_to_do="Compare the answer with YouTube's documentation of the Data API v3.",
            )
        return answer


def _item(item: Json) -> tuple[str, bool]:
    """The video that an item is, and whether its date of publication is known: what is private or deleted has none."""
    try:
        return str(item["contentDetails"]["videoId"]), bool(item["contentDetails"].get("videoPublishedAt"))
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaDrift(
            "An item of a playlist names no video",
            where="playlistItems",
            sample=str(item),
            what_to_do="Compare it with YouTube's documentation of playlistItems.",
        ) from error


def _are_items(items: Any) -> bool:
    return isinstance(items, Sequence) and all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in items)


def _where(resource: str, query: dict[str, Any]) -> str:
    return f"{API_PATH}/{resource}?{urlencode(query)}"
