"""The event of the ODL Video Service: a whole video, or ``{"video_id": <key>, "delete": true}`` (sources.md 5.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from include.sources.base import Json, find_stream
from include.sources.payload import parse_json, why_not_kept
from include.sources.registry import SOURCES
from include.sources.validation import checker
from include.webhooks.events import Event, InvalidEvent
from include.webhooks.media_hosts import is_allowed

SOURCE = "ovs"
STREAM = "videos"
VIDEO_KEY = re.compile(r"[A-Za-z0-9._-]{1,255}")


class ForbiddenMedia(InvalidEvent):
    """A media address is not on a host that we allow: the whole event is refused."""


def parse_event(body: bytes, allowed_hosts: Iterable[str]) -> Event:
    """The event in the body of a signed request.

    :raises InvalidEvent: it is not JSON, has no usable key, or is not a video as the stream has them.
    :raises ForbiddenMedia: one of its media is elsewhere.
    """
    try:
        sent = parse_json(body)
    except ValueError as error:
        raise InvalidEvent("The body is not JSON") from error
    if not isinstance(sent, dict):
        raise InvalidEvent("The body is not a JSON object")
    reason = why_not_kept(sent)
    if reason:
        raise InvalidEvent(f"The body {reason}")
    if sent.get("delete") is True:
        return Event(SOURCE, STREAM, _key(sent, "video_id"), None)
    key = _key(sent, "key")
    _refuse_other_shapes(sent)
    hosts = tuple(allowed_hosts)
    forbidden = [url for url in _media_urls(sent) if not is_allowed(url, hosts)]
    if forbidden:
        raise ForbiddenMedia(f"Media on a host that is not allowed: {str(forbidden[0])[:200]!r}")
    return Event(SOURCE, STREAM, key, sent)


def _key(sent: Json, member: str) -> str:
    key = sent.get(member)
    if not isinstance(key, str) or not VIDEO_KEY.fullmatch(key):
        raise InvalidEvent(f"{member} is not a key: 1 to 255 of A-Z, a-z, 0-9, dot, underscore and hyphen")
    return key


def _refuse_other_shapes(sent: Json) -> None:
    misfit = checker(find_stream(SOURCES[SOURCE], STREAM).record_model)(sent)
    if misfit is not None:
        raise InvalidEvent(f"{misfit.place or 'the video'}: {misfit.reason}")


def _media_urls(video: Json) -> Iterator[Any]:
    for source in video.get("sources") or ():
        yield source.get("src")
    for thumbnail in video.get("videothumbnail_set") or ():
        if thumbnail.get("cloudfront_url"):
            yield thumbnail["cloudfront_url"]
