"""Generated channels, playlists and videos as YouTube's Data API v3 writes them (``sources.md`` 2.10).

There are two channels: one whose videos are resources by themselves, and OCW's, whose videos are the lectures of generated OCW courses.
Of the playlists of OCW's, one has hardly anything but lectures that OCW has, and one has mostly others.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from include.local.upstream.feed import World
from include.local.upstream.generated import ocw
from include.local.upstream.generated.common import Json, days, moment, prose, stream_of, title

CHANNELS = ("UCsandboxOfMITxOnYouTube", "UCsandboxOfOCWonYouTube0")
PLAYLISTS = 6
MATCHED, UNMATCHED = 4, 5
"""The two playlists of OCW's channel; those before belong to the other one."""
IGNORED = 3
LECTURED_COURSES = 10
"""So many OCW courses have their lectures here."""
BOILERPLATE = (
    "We encourage constructive comments and discussion on OCW's YouTube and other social media channels. Personal attacks, hate speech, "
    "trolling, and inappropriate comments are not allowed and may be removed."
)


@lru_cache(maxsize=4)
def lectures(seed: int) -> tuple[str, ...]:
    """The YouTube ids of the lecture videos of the first OCW courses."""
    found = []
    for index in range(LECTURED_COURSES):
        for _, record in ocw.course_objects(seed, index):
            youtube_id = (record.get("video_metadata") or {}).get("youtube_id")
            found += [youtube_id] if youtube_id else []
    return tuple(found)


def _lecture(world: World, index: int) -> int | None:
    """Every third video is a lecture, as long as there are any."""
    number, rest = divmod(index, 3)
    return number if rest == 2 and number < len(lectures(world.seed)) else None


def playlist_id(number: int) -> str:
    """The id of a playlist."""
    return f"PLsandbox{number:09d}"


def video_id(world: World, index: int) -> str:
    """The id of a video, eleven characters as YouTube's are."""
    lecture = _lecture(world, index)
    return f"sb-{index:08d}" if lecture is None else lectures(world.seed)[lecture]


def channel(world: World, index: int) -> Json:
    """A channel; `config` is what the list of channels says of it."""
    code, create_videos = (("mitx", True), ("ocw", False))[index]
    playlists: list[Json] = [{"id": "all"}]
    if create_videos:
        playlists.append({"id": playlist_id(IGNORED), "ignore": True})
    return {
        "kind": "youtube#channel",
        "id": CHANNELS[index],
        "snippet": {"title": f"{'MITx' if create_videos else 'MIT OpenCourseWare'} on YouTube", "publishedAt": "2005-10-11T00:00:00Z"},
        "contentDetails": {"relatedPlaylists": {"uploads": CHANNELS[index].replace("UC", "UU", 1)}},
        "config": {"offered_by": code, "create_videos": create_videos, "playlists": playlists},
    }


def playlist(world: World, index: int) -> Json:
    """A playlist of one of the channels."""
    rng = stream_of(world.seed, "youtube/playlists", index)
    return {
        "kind": "youtube#playlist",
        "id": playlist_id(index),
        "snippet": {
            "publishedAt": moment(world.anchor + days(rng, -2_000, -20)),
            "channelId": CHANNELS[index >= MATCHED],
            "title": title(rng),
            "description": prose(rng, 1),
            "thumbnails": _thumbnails(f"pl{index:07d}"),
        },
    }


def item(world: World, index: int) -> Json:
    """Which video a playlist has at a place. Now and then a video is in two playlists, and one is private: it has no date."""
    lecture = _lecture(world, index)
    of = index - 1 if index % 9 == 6 and lecture is None and _lecture(world, index - 1) is None else index
    places = (0, 1, 2, IGNORED, UNMATCHED) if lecture is None else (MATCHED, MATCHED, MATCHED, UNMATCHED)
    number = places[(index if lecture is None else lecture) % len(places)]
    content: Json = {"videoId": video_id(world, of)}
    if not _is_private(world, of):
        content["videoPublishedAt"] = _published(world, of)
    return {"kind": "youtube#playlistItem", "id": f"UE{index:012d}", "contentDetails": content, "playlist": playlist_id(number)}


def video(world: World, index: int) -> Json:
    """A video; `private` ones are not told about."""
    rng = stream_of(world.seed, "youtube/videos", index)
    seconds = rng.randint(20, 7_200)
    name = title(rng)
    description = "\n".join(_description(world, index, prose(rng, rng.randint(0, 2))))
    return {
        "kind": "youtube#video",
        "etag": f"{rng.getrandbits(64):016x}",
        "id": video_id(world, index),
        "snippet": {
            "publishedAt": _published(world, index),
            "channelId": CHANNELS[_lecture(world, index) is not None],
            "title": name,
            "description": description,
            "thumbnails": _thumbnails(video_id(world, index)),
            "localized": {"title": name, "description": description},
        },
        "contentDetails": {"duration": f"PT{seconds // 60}M{seconds % 60}S", "dimension": "2d", "definition": "hd", "caption": "true"},
        "private": _is_private(world, index),
    }


def _description(world: World, index: int, text: str) -> list[str]:
    """The text among the lines that every description of this publisher has."""
    return [
        f"MIT 6.{index:03d} Introduction & More, Fall 2024",
        "Instructor: Ada Lovelace",
        f"View the complete course: https://ocw.mit.edu/courses/{index}",
        "",
        text,
        "",
        "0:00 Introduction",
        BOILERPLATE,
    ]


def _is_private(world: World, index: int) -> bool:
    return index % 11 == 7 and _lecture(world, index) is None


def _published(world: World, index: int) -> str | None:
    return moment(world.anchor - timedelta(days=30 + index % 1_500, seconds=index))


def _thumbnails(name: str) -> Json:
    return {size: {"url": f"https://i.ytimg.com/vi/{name}/{file}.jpg"} for size, file in (("default", "default"), ("high", "hqdefault"))}
