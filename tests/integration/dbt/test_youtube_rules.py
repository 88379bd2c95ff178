"""YouTube's rules across models: lectures matched with OCW, what is shown while something has it, boilerplate of descriptions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.dbt.conftest import START, Warehouse
from tests.integration.dbt.raw_feed import RawFeed
from tests.integration.dbt.test_rules import ocw_course, units

pytestmark = pytest.mark.timeout(1500)
MARTS = ("run", "--select", "+catalog_unit +learning_resources_videoplaylist +learning_resources_learningresourcerelationship"
         " +learning_resources_learningresource +learning_resources_learningresource_topics")  # fmt: skip
MITX, OCW = ("UCm", "mitx", True), ("UCo", "ocw", False)
Channel = tuple[str, str, bool]
DESCRIPTION = "\n".join(
    [
        "MIT 9.35, Spring 2024", "instructors: A, B", "", "", "  ", "", "Kept & <b>bold</b> <a href='x'>link</a>", "Coursework: kept", "",
        "1:00:57 Scaling", "0:00", "see http://x.example", "Watch this video in Chinese: here",
        "We encourage constructive comments and discussion on OCW's YouTube and other social media channels. Personal attacks, "
        "hate speech, trolling, and inappropriate comments are not allowed and may be removed. Kept too", " ",
    ]
)  # fmt: skip
CLEAN = "Kept &amp; <b>bold</b> link\nCoursework: kept\n\n0:00\n Kept too"


def put_playlist(feed: RawFeed, channel: Channel, playlist_id: str, videos: list[str], at: datetime, **more: Any) -> None:
    """A playlist with its channel and videos, as they are landed; videos that it had before and has no more are gone."""
    channel_id, offered_by, create_videos = channel
    about = {"channel_id": channel_id, "offered_by": offered_by, "create_videos": create_videos}
    picture = {"thumbnails": {"high": {"url": f"https://i.example/{playlist_id}.jpg"}}}
    channel_row = {"kind": "channel", "channel": {"id": channel_id, "snippet": {"title": f"Channel {channel_id}"}}}
    feed.put("youtube", "playlists", f"{channel_id}/", channel_row, at)
    playlist = {"id": playlist_id, "snippet": {"title": playlist_id, **picture}}
    prefix = f"{channel_id}/{playlist_id}/"
    feed.put("youtube", "playlists", prefix, {"kind": "playlist", **about, "playlist": playlist, "video_ids": videos}, at)
    before = {key for key in feed.present[("youtube", "playlists")] if key.startswith(prefix) and key != prefix}
    for video_id in videos:
        snippet = {"localized": {"title": f"YouTube {video_id}"}, "description": DESCRIPTION, "publishedAt": "2019-06-21T04:00:01.000Z"}
        video = {"id": video_id, "snippet": snippet | picture, "contentDetails": {"duration": "PT1M41S"}, **more}
        row = {"kind": "video", **about, "playlist_id": playlist_id, "video": video}
        feed.put("youtube", "playlists", f"{prefix}{video_id}", row, at)
    for key in before - {f"{prefix}{video_id}" for video_id in videos}:
        feed.remove("youtube", "playlists", key, at)


def put_lecture(feed: RawFeed, youtube_id: str, at: datetime, *tags: str) -> None:
    key = f"courses/algo/resources/{youtube_id}/data.json"
    body = {
        "title": f"Lecture {youtube_id}",
        "content": "<p class='x'>Text</p>",
        "resourcetype": "Video",
        "learning_resource_types": list(tags),
        "video_files": {"video_transcript_file": "/courses/algo/t.pdf"},
        "video_metadata": {"youtube_id": youtube_id},
    }
    feed.put("ocw", "content_files", key, {"object_key": key, "etag": "e", "last_modified": at.isoformat(), "body": body}, at)


def children(warehouse: Warehouse, parent: str) -> list[str]:
    rows = warehouse.rows(
        "select child_resource_key from marts.learning_resources_learningresourcerelationship where resource_key = %s order by position",
        parent,
    )
    return [row["child_resource_key"] for row in rows]


def published(warehouse: Warehouse) -> set[str]:
    return {key.removeprefix("youtube|") for key, unit in units(warehouse).items() if unit["published"] and "ocw|course" not in key}


def test_playlists_and_lectures(warehouse: Warehouse) -> None:
    feed = RawFeed(warehouse.connection)
    at = [START - timedelta(hours=4 - hour) for hour in range(4)]
    feed.put("ocw", "courses", "courses/algo", ocw_course("algo", topics=[["Robotics and Control Systems"]]), at[0])
    for youtube_id, tags in {"l1": (), "l2": (), "l3": ("Instructor Insights",)}.items():
        put_lecture(feed, youtube_id, at[0], *tags)
    put_playlist(feed, OCW, "PLA", ["l1", "x", "l2"], at[0])
    put_playlist(feed, OCW, "PLB", ["l3", "x", "y"], at[0])
    put_playlist(feed, OCW, "PLC", ["l3"], at[0])
    put_playlist(feed, MITX, "PL1", ["b", "a"], at[0])
    put_playlist(feed, MITX, "PL2", ["b"], at[0])
    warehouse.dbt("seed", as_of=at[0])
    warehouse.dbt(*MARTS, as_of=at[0])

    assert published(warehouse) == {
        *("video_playlist|PLA", "video_playlist|PLC", "video_playlist|PL1", "video_playlist|PL2", "video|a", "video|b"),
        *("ocw|video|l1", "ocw|video|l2", "ocw|video|l3"),
    }
    assert children(warehouse, "youtube|video_playlist|PLA") == ["ocw|video|l1", "ocw|video|l2"]
    assert children(warehouse, "youtube|video_playlist|PL1") == ["youtube|video|b", "youtube|video|a"]
    course = "ocw|course|6.001+january-iap_2010"
    assert sorted(children(warehouse, course)) == ["ocw|video|l1", "ocw|video|l2", "ocw|video|l3"]
    columns = "title, description, url, resource_category, offered_by_id, etl_source"
    rows = warehouse.rows(f"select resource_key, {columns} from marts.learning_resources_learningresource where resource_type = 'video'")
    found = {row.pop("resource_key"): tuple(row.values()) for row in rows}
    lecture = "https://ocw.mit.edu/courses/algo/resources/{}/"
    assert found["ocw|video|l1"] == ("Lecture l1", "<p>Text</p>", lecture.format("l1"), "Lecture Video", "ocw", "youtube")
    assert found["ocw|video|l3"][3] == "Video"
    assert found["youtube|video|a"] == ("YouTube a", CLEAN, "https://www.youtube.com/watch?v=a", "Video", "mitx", "youtube")
    [playlist] = warehouse.rows("select * from marts.learning_resources_videoplaylist where resource_key = 'youtube|video_playlist|PLA'")
    assert (playlist["channel_id"], playlist["channel_title"], playlist["parent_resource_key"]) == ("UCo", "Channel UCo", course)
    topics = warehouse.rows("select topic_name from marts.learning_resources_learningresource_topics where resource_key like '%%PLA'")
    assert {row["topic_name"] for row in topics} == {"Electrical Engineering", "Engineering"}

    # A playlist drops a video that another one has (quirk Q14): it stays.
    put_playlist(feed, MITX, "PL1", ["a"], at[1])
    warehouse.dbt(*MARTS, as_of=at[1])
    assert "video|b" in published(warehouse)

    # The other playlist goes, and a lecture is gone from OCW: fewer than three in five are left of its playlist.
    feed.remove("youtube", "playlists", "UCm/PL2/", at[2])
    feed.remove("youtube", "playlists", "UCm/PL2/b", at[2])
    feed.remove("ocw", "content_files", "courses/algo/resources/l2/data.json", at[2])
    warehouse.dbt(*MARTS, as_of=at[2])
    assert published(warehouse) == {"video_playlist|PLC", "video_playlist|PL1", "video|a", "ocw|video|l3"}
    assert children(warehouse, course) == ["ocw|video|l3"]

    # It comes back without the playlist having changed.
    put_lecture(feed, "l2", at[3])
    warehouse.dbt(*MARTS, as_of=at[3])
    assert {"video_playlist|PLA", "ocw|video|l1", "ocw|video|l2"} <= published(warehouse)
    assert children(warehouse, "youtube|video_playlist|PLA") == ["ocw|video|l1", "ocw|video|l2"]
