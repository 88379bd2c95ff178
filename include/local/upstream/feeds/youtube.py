"""YouTube's Data API v3 with two channels, behind a key, and the list of channels that editors keep (``sources.md`` 2.10)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Sequence

import orjson
import yaml
from starlette.responses import Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, Facts, in_envelope
from include.local.upstream.auth import GoogleKey
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Quantity, Stream
from include.local.upstream.generated.common import Json
from include.local.upstream.generated.youtube import CHANNELS, PLAYLISTS, channel, item, playlist, video
from include.local.upstream.recorded import rows_at
from include.local.upstream.records import StreamView
from include.local.upstream.site import Ask, Site

ASKED = frozenset({"quota"})
PAGED = frozenset({"quota", "paged"})
PAGE_ITEMS = 10
"""Fewer than a caller asks for, as YouTube may: so a small sandbox has several pages."""
MOST_IDS = 50
TOKEN = "CD"  # noqa: S105 (of a page, not a secret)
OUR_OWN = ("config", "playlist", "private")
"""Members of the sandbox's records that the API does not have."""
RECORDED_CONFIG = {
    "UCEBb1b_L6zDS3xTUrIALZOw": {"offered_by": "ocw", "playlists": [{"id": "PLTz-v-F773kXwTSKsX_E9t8ZnP_3LYaGy"}]},
    "UCTBMWu8yshnAmpzR3MoJFtw": {"offered_by": "mitx", "playlists": [{"id": "PL221E2BBF13BECF6C"}]},
    "UCBpxspUNl1Th33XbugiHJzw": {
        "offered_by": "csail",
        "playlists": [{"id": "all"}, {"id": "PLcwbNON2hqP5TFbkw0igt6Wz79WTaeFGi", "ignore": True}],
    },
}
"""How mit-learn's own tests configure the recorded channels (``sources.md`` 8.1)."""
FIRST_PLAYLIST = "PLTz-v-F773kXwTSKsX_E9t8ZnP_3LYaGy"


def _routes(site: Site) -> list[Route]:
    api = "/youtube/v3"
    return [
        site.get("/config/channels.yaml", "config", _config, open_to_all=True),
        site.get(f"{api}/channels", "channels", lambda ask: _by_ids(ask, "channels")),
        site.get(f"{api}/playlists", "playlists", _playlists),
        site.get(f"{api}/playlistItems", "items", _items),
        site.get(f"{api}/videos", "videos", lambda ask: _by_ids(ask, "videos")),
    ]


def _all(ask: Ask, stream: str) -> Iterator[Json]:
    view = ask.view(stream)
    return view.records(0, len(view))


def _config(ask: Ask) -> Response:
    listed = [{"channel_id": one["id"], **one["config"]} for one in _all(ask, "channels")]
    return Response(yaml.safe_dump(listed, sort_keys=False), media_type="text/yaml")


class _Public:
    """Some records of a view, without what is only the sandbox's."""

    def __init__(self, view: StreamView, positions: Sequence[int]) -> None:
        self._view, self._positions = view, positions

    def __len__(self) -> int:
        return len(self._positions)

    def records(self, start: int, stop: int) -> Iterator[Json]:
        """Records from ``start`` up to, not including, ``stop``."""
        for position in self._positions[start:stop]:
            yield {name: value for name, value in self._view.entry(position)[1].items() if name not in OUR_OWN}


def _by_ids(ask: Ask, stream: str) -> Answer:
    """Those of the ids that are there and public. They come in the order of their making, not in that of the question."""
    view = ask.view(stream)
    wanted = dict.fromkeys(ask.query.get("id", "").split(",")[:MOST_IDS])
    found = sorted(position for each in wanted for position in view.positions_by("id").get(each, ()))
    return _page(ask, _Public(view, [position for position in found if not view.entry(position)[1].get("private")]), MOST_IDS)


def _playlists(ask: Ask) -> Answer:
    if "id" in ask.query:
        return _by_ids(ask, "playlists")
    view = ask.view("playlists")
    of_channel = [place for place, one in enumerate(_all(ask, "playlists")) if one["snippet"]["channelId"] == ask.query.get("channelId")]
    return _page(ask, _Public(view, of_channel))


def _items(ask: Ask) -> Answer:
    view = ask.view("items")
    return _page(ask, _Public(view, view.positions_by("playlist").get(ask.query.get("playlistId"), ())))


def _page(ask: Ask, rows: _Public, most: int = PAGE_ITEMS) -> Answer:
    size = min(int(ask.query.get("maxResults", "5")), most)
    page = int(ask.query.get("pageToken", f"{TOKEN}1").removeprefix(TOKEN))
    last = max(1, -(-len(rows) // size))
    facts = Facts(len(rows), page, last, page + 1 if page < last else None)

    def envelope(told: Facts) -> Json:
        following = {"nextPageToken": f"{TOKEN}{told.following}"} if told.following else {}
        return {"kind": "youtube#listResponse", **following, "pageInfo": {"totalResults": told.count, "resultsPerPage": size}}

    return Answer(rows, (page - 1) * size, page * size, in_envelope(envelope, rows="items"), facts)


def _recorded_channels(body: bytes) -> list[Json]:
    return [{**one, "config": RECORDED_CONFIG[one["id"]]} for one in rows_at("items")(body)]


def _recorded_items(body: bytes) -> list[Json]:
    """An item's id begins with its playlist; the second page is, as in mit-learn's tests, that of the first playlist."""
    second_page = "prevPageToken" in orjson.loads(body)
    items = rows_at("items")(body)
    return [{**one, "playlist": FIRST_PLAYLIST if second_page else b64decode(one["id"]).decode().split(".")[0]} for one in items]


FEED = Feed(
    key="youtube",
    title="YouTube",
    routes=_routes,
    auth=GoogleKey,
    streams=(
        Stream(
            "channels",
            channel,
            key="id",
            quantity=Quantity(fixed=len(CHANNELS)),
            traits=ASKED,
            recorded=("channels.list.*.json",),
            parse=_recorded_channels,
        ),
        Stream(
            "playlists",
            playlist,
            key="id",
            quantity=Quantity(fixed=PLAYLISTS),
            traits=PAGED,
            unfit=frozenset({"page_repeated"}),
            recorded=("playlists.list.*.json",),
            parse=rows_at("items"),
        ),
        Stream(
            "items",
            item,
            key="id",
            quantity=Quantity(share=10),
            traits=PAGED,
            recorded=("playlistItems.list.0.json", "playlistItems.list_next.0.json", "playlistItems.list.[12].json"),
            parse=_recorded_items,
        ),
        Stream(
            "videos",
            video,
            key="id",
            quantity=Quantity(share=10),
            traits=ASKED,
            recorded=("videos.list.*.json",),
            parse=rows_at("items"),
            corruptions=corrupted("contentDetails", title="snippet.localized.title", date="snippet.publishedAt"),
        ),
    ),
)
