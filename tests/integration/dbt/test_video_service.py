"""Rules of the ODL Video Service and of Canvas: what is shown, where media may be, and courses that change their code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.webhooks.media_hosts import is_allowed
from tests.integration.dbt.conftest import START, Warehouse
from tests.integration.dbt.raw_feed import RawFeed

EARLIER = START - timedelta(hours=2)
MODELS = ("build", "--select", "+int_ovs__playlists +int_canvas__courses", "--exclude-resource-type", "unit_test")
HOSTS = (".cloudfront.net", "video.odl.mit.edu")
STREAM = "https://d1.cloudfront.net/v/video__index.m3u8"
URLS = (
    STREAM,
    "https://D1.CloudFront.Net:443/v.m3u8",
    "https://video.odl.mit.edu/v.m3u8",
    "https://video.odl.mit.edu/a b/v.m3u8",
    "http://d1.cloudfront.net/v.m3u8",
    "https://cloudfront.net/v.m3u8",
    "https://.cloudfront.net/v.m3u8",
    "https://d1-cloudfront.net/v.m3u8",
    "https://a.video.odl.mit.edu/v.m3u8",
    "https://cloudfront.net.evil.example/v.m3u8",
    "https://me:secret@d1.cloudfront.net/v.m3u8",
    "https://d1.cloudfront.net@evil.example/v.m3u8",
    "https://d1.cloudfront.net\\@evil.example/v.m3u8",
    "https://evil.example\\.cloudfront.net/v.m3u8",
    "https://d1.cloudfront.net/v\n.m3u8",
    "//d1.cloudfront.net/v.m3u8",
    "javascript:alert('.cloudfront.net/v.m3u8')",
)
DURATIONS = {0: "PT0S", 0.9: "PT0S", 59.99: "PT59S", 60: "PT1M", 90: "PT1M30S", 3600: "PT1H", 3661.0: "PT1H1M1S", 360_000: "PT100H"}


def video(key: str, **changes: Any) -> dict[str, Any]:
    return {
        "key": key,
        "created_at": "2020-03-23T15:14:38.254631Z",
        "title": f"Video {key}",
        "description": "<b>As it is</b>",
        "status": "Complete",
        "is_public": True,
        "sources": [{"src": "https://d1.cloudfront.net/v.mp4"}, {"src": STREAM}],
        "cta_link": None,
        "duration": None,
        "videothumbnail_set": [
            {"cloudfront_url": "https://d2.cloudfront.net/1.jpg"},
            {"cloudfront_url": "https://d2.cloudfront.net/2.jpg"},
        ],
        "videosubtitle_set": [{"s3_object_key": "en.vtt", "language": "en", "language_name": "English"}, {"s3_object_key": ""}],
        "collection": {"key": "c1", "title": "Lectures", "description": ""},
    } | changes


def course(folder: str, code: str) -> dict[str, Any]:
    settings = {"title": f"Course {folder}", "course_code": code, "start_at": "2024-09-01T05:00:00", "conclude_at": ""}
    return {"folder": folder, "settings": settings, "context": {"course_id": folder, "canvas_domain": "canvas.mit.edu"}}


@pytest.mark.timeout(1500)
def test_videos_playlists_and_cartridges(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)

    def put(key: str, at: Any = EARLIER, **changes: Any) -> None:
        feed.put("ovs", "videos", key, video(key, **changes), at)

    for number, url in enumerate(URLS):
        put(f"url{number}", sources=[{"src": url}], collection={"key": "urls", "title": "Urls"})
    for seconds in DURATIONS:
        put(f"s{seconds}", duration=seconds)
    put("private", is_public=False)
    put("processing", status="Transcoding")
    put("homeless", collection=None)
    put("linked", cta_link="https://video.odl.mit.edu/watch", collection={"key": "c1", "title": "Lectures", "for_shorts": True})
    put("bare", cta_link="https://elsewhere.example/", videothumbnail_set=[], collection={"key": "c2", "title": "Alone"})
    put("moved", collection={"key": "c3", "title": "Left"})
    put("moved", EARLIER + timedelta(hours=1), created_at="2021-01-01T00:00:00Z", collection={"key": "c1", "title": "Renamed"})
    feed.put("canvas", "courses", "155", course("155", "1.00"), EARLIER)
    feed.put("canvas", "courses", "155", course("155", "1.01"), EARLIER + timedelta(hours=1))
    warehouse.dbt(*MODELS)

    rows = warehouse.rows("select record_key, is_removed, is_published, record from intermediate.int_ovs__videos")
    videos = {row["record_key"]: row["record"] for row in rows if row["is_published"]}
    assert {url: f"url{number}" in videos for number, url in enumerate(URLS)} == {url: is_allowed(url, HOSTS) for url in URLS}
    assert {seconds: videos[f"s{seconds}"]["video"]["duration"] for seconds in DURATIONS} == DURATIONS
    assert {row["record_key"] for row in rows if row["is_removed"]} >= {"private", "processing", "homeless"}
    assert (videos["linked"]["url"], videos["linked"]["resource_category"]) == ("https://video.odl.mit.edu/watch", "Video Short")
    assert (videos["bare"]["url"], videos["bare"]["image"]) == ("https://video.odl.mit.edu/videos/bare", None)
    assert videos["bare"]["video"]["caption_urls"][0]["url"] == "https://d1.cloudfront.net/en.vtt"
    assert videos["s0"]["video"] | {"duration": ""} == {
        "duration": "",
        "streaming_url": STREAM,
        "cover_image_url": "https://d2.cloudfront.net/1.jpg",
        "caption_urls": [{"language": "en", "language_name": "English", "url": "https://d2.cloudfront.net/en.vtt"}],
    }

    query = "select record_key, is_removed, record from intermediate.int_ovs__playlists"
    playlists = {row["record_key"]: row for row in warehouse.rows(query)}
    assert {key: row["is_removed"] for key, row in playlists.items()} == {"c1": False, "c2": False, "c3": True, "urls": False}
    assert playlists["c1"]["record"]["title"] == "Renamed"
    assert playlists["c1"]["record"]["availability"] == "anytime"
    assert playlists["c1"]["record"]["videos"][0]["readable_id"] == "moved", "newest first"

    [canvas] = warehouse.rows("select * from intermediate.int_canvas__courses")
    assert (canvas["resource_key"], canvas["former_resource_keys"]) == ("canvas|course|155-1.01", ["canvas|course|155-1.00"])
    assert (canvas["is_published"], canvas["record"]["test_mode"]) == (False, True)
    assert canvas["record"]["url"] == "https://canvas.mit.edu/courses/155/"
    [run] = canvas["record"]["runs"]
    assert (run["run_id"], run["start_date"], run["end_date"]) == ("155-1.01+canvas", "2024-09-01T05:00:00.000000Z", None)

    feed.remove("ovs", "videos", "bare", START - timedelta(minutes=1))
    warehouse.dbt(*MODELS)
    removed = {row["record_key"]: row["is_removed"] for row in warehouse.rows(query)}
    assert removed == {"c1": False, "c2": True, "c3": True, "urls": False}
