"""YouTube: playlists whole and in order, what is private left out, trouble that stays where it is, the key in a header only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.errors import AuthError, IncompletePage, RateLimited, SchemaDrift
from include.local.upstream.client import UpstreamClient
from include.sources.base import Json, Page, Reading
from include.sources.feeds.youtube import PLAYLISTS, SOURCE
from include.sources.http import HttpClient
from include.sources.records.youtube import ChannelConfig
from include.sources.youtube_api import PAGE_ITEMS, VideoApi
from include.sources.youtube_channels import configured_channels
from tests.support.feeds import no_clock
from tests.support.http_server import Answer, Scripted
from tests.support.upstream import upstream_factory

FIRST, OCW = "UCsandboxOfMITxOnYouTube", "UCsandboxOfOCWonYouTube0"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[HttpClient, UpstreamClient]]:
    with upstream_factory() as start:
        address, control = start(resources=400, secrets={"youtube": "developer-key"})
        yield client(f"{address}/youtube", api_key="developer-key", config_url=f"{address}/youtube/config/channels.yaml"), control


@pytest.fixture(autouse=True)
def _clean(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    sandbox[1].reset()


def client(address: str, api_key: str | None = None, **settings: Any) -> HttpClient:
    return HttpClient(
        "youtube",
        address,
        api_key=api_key,
        allow_private=(urlsplit(address).netloc,),
        settings=settings,
        backoff_seconds=0.001,
    )


def read(of: HttpClient, cursor: Json | None = None, limit: int | None = None) -> list[Page]:
    return list(SOURCE.pages(PLAYLISTS, of, Reading(no_clock, cursor, limit)))  # type: ignore[arg-type,return-value]


def keys(pages: list[Page]) -> list[str]:
    return [record.key for page in pages for record in page.records]


def test_every_playlist_is_landed_with_its_videos(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    pages = read(sandbox[0])
    records = [record for page in pages for record in page.records]
    assert [each.unread for each in pages] == [()] * len(pages)
    assert len(set(keys(pages))) == len(records)
    for record in records:
        PLAYLISTS.record_model.model_validate(record.payload)
        assert PLAYLISTS.key_of(record.payload) == record.key
    kinds = [record.payload["kind"] for record in records]
    assert (kinds.count("channel"), kinds.count("playlist")) == (2, 5), "one playlist is ignored"
    videos = {record.payload["video"]["id"] for record in records if record.payload["kind"] == "video"}
    assert "sb-00000007" not in videos, "it is private"
    for record in records:
        if record.payload["kind"] == "playlist":
            expected = [f"{record.key}{each}" for each in record.payload["video_ids"]]
            assert [key for key in keys(pages) if key.startswith(record.key) and key != record.key] == expected


def test_a_read_goes_on_behind_its_last_playlist(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    pages = read(sandbox[0])
    for stop, page in enumerate(pages, start=1):
        if page.cursor is not None:
            assert keys(pages[:stop]) + keys(read(sandbox[0], page.cursor)) == keys(pages)


@pytest.mark.parametrize(("stream", "unread"), [("channels", f"{FIRST}/"), ("playlists", f"{FIRST}/"), ("items", f"{FIRST}/")])
def test_a_used_up_quota_leaves_the_rest_unread(sandbox: tuple[HttpClient, UpstreamClient], stream: str, unread: str) -> None:
    sandbox[1].fault("youtube", "quota_exceeded", stream=stream, requests=99)
    pages = read(sandbox[0])
    assert {part.kind for page in pages for part in page.unread} == {RateLimited.__name__}
    assert [part.prefix for page in pages for part in page.unread] == [unread, f"{OCW}/"]
    assert "playlist" not in {record.payload["kind"] for page in pages for record in page.records}


@pytest.mark.parametrize(
    ("stream", "kind"), [("items", "empty"), ("videos", "empty"), ("items", "schema_changed"), ("videos", "schema_changed")]
)
def test_a_playlist_that_does_not_add_up_is_unread_alone(sandbox: tuple[HttpClient, UpstreamClient], stream: str, kind: str) -> None:
    sandbox[1].fault("youtube", kind, stream=stream, requests=1)
    pages = read(sandbox[0])
    assert [part.prefix for page in pages for part in page.unread] == [f"{FIRST}/PLsandbox000000000/"]
    assert not [key for key in keys(pages) if key.startswith(f"{FIRST}/PLsandbox000000000/")]


def test_a_channel_without_playlists_is_unread(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    sandbox[1].fault("youtube", "empty", stream="playlists", requests=1)
    assert [(part.prefix, part.kind) for page in read(sandbox[0]) for part in page.unread] == [(f"{FIRST}/", IncompletePage.__name__)]


@pytest.mark.parametrize("key", [None, "wrong"])
def test_a_refused_key_is_an_error_of_the_read(sandbox: tuple[HttpClient, UpstreamClient], key: str | None) -> None:
    known = sandbox[0]
    with pytest.raises(AuthError):
        read(client(known.base_url, api_key=key, **known.settings))


def test_the_key_is_in_a_header_and_nowhere_else(upstream: Scripted) -> None:
    upstream.script["/youtube/v3/channels"] = [Answer(body=b'{"items": [{"id": "UC1", "snippet": {"title": "One"}}]}')]
    VideoApi(client(upstream.url, api_key="developer-key")).channel("UC1")
    [(path, headers)] = upstream.seen
    assert "developer-key" not in path
    assert "Authorization" not in headers
    assert headers["X-Goog-Api-Key"] == "developer-key"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "- channel_id: UC1", "- playlists: [{id: all}]", "- {channel_id: UC1, playlists: [{ignore: true}]}", "{a: [", "- 5"],
)
def test_an_invalid_list_of_channels_reads_nothing(upstream: Scripted, text: str) -> None:
    upstream.script["/channels.yaml"] = [Answer(body=text.encode())]
    with pytest.raises((SchemaDrift, IncompletePage)):
        configured_channels(client(upstream.url, config_url=f"{upstream.url}/channels.yaml"))


def test_our_own_list_is_valid() -> None:
    assert [(each.offered_by, each.create_videos) for each in configured_channels(client("https://youtube.googleapis.com"))] == [
        ("ocw", False),
        ("mitx", True),
    ]


@dataclass
class Shelf:
    """Stands where the API's client is: playlists of one channel, cut into pages of any size."""

    playlists: dict[str, list[str]]
    private: frozenset[str]
    page_size: int
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    session: Any = field(default_factory=lambda: SimpleNamespace(headers={}))
    api_key: str = ""
    source: str = "youtube"

    def url(self, path: str) -> str:
        return path

    def get_json(self, url: str, where: str) -> Json:
        resource = urlsplit(url).path.split("/")[-1]
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append((resource, query))
        wanted = query.get("id", "").split(",")
        rows: list[Json] = {
            "playlists": [{"id": each} for each in self.playlists if "channelId" in query or each in wanted],
            "playlistItems": [
                {
                    "id": f"item-{place}",
                    "contentDetails": {"videoId": each} | ({} if each in self.private else {"videoPublishedAt": "then"}),
                }
                for place, each in enumerate(self.playlists.get(query.get("playlistId", ""), []))
            ],
            "videos": [{"id": each} for each in sorted(set(wanted) - self.private)],
        }[resource]
        start = int(query.get("pageToken", "0"))
        following = {"nextPageToken": str(start + self.page_size)} if start + self.page_size < len(rows) else {}
        return {"items": rows[start : start + self.page_size], **following}


VIDEOS = st.lists(st.integers(0, 150).map("v{}".format), min_size=1, max_size=130)


@settings(deadline=None)
@given(VIDEOS, st.sets(st.integers(0, 150).map("v{}".format), max_size=40), st.integers(1, PAGE_ITEMS))
def test_videos_come_in_the_order_of_the_playlist_whatever_the_pages(items: list[str], private: set[str], page_size: int) -> None:
    shelf = Shelf({"PL": items}, frozenset(private), page_size)
    found = [each["id"] for each in VideoApi(shelf).videos_of("PL")]  # type: ignore[arg-type]
    assert found == [each for each in items if each not in private]
    assert all(len(query["id"].split(",")) <= PAGE_ITEMS for resource, query in shelf.asked if resource == "videos")


@settings(deadline=None)
@given(st.integers(1, 170), st.integers(1, PAGE_ITEMS))
def test_listed_playlists_are_asked_for_fifty_at_a_time(count: int, page_size: int) -> None:
    ids = [f"PL{number}" for number in range(count)]
    shelf = Shelf({each: [] for each in ids}, frozenset(), page_size)
    listed = ChannelConfig.model_validate({"channel_id": "UC1", "playlists": [{"id": each} for each in ids]})
    assert [each["id"] for each in VideoApi(shelf).playlists(listed)] == ids  # type: ignore[arg-type]
    assert all(len(query["id"].split(",")) <= PAGE_ITEMS for _, query in shelf.asked)
