"""ODL Video Service: its public videos, as pages of Django REST framework without a key (``sources.md`` 2.12)."""

from __future__ import annotations

from datetime import timedelta

from starlette.routing import Route

from include.local.upstream.answers import Facts, drf_page
from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import DRF, Feed, Quantity, Stream, World
from include.local.upstream.generated import vocabulary as words
from include.local.upstream.generated.common import Json, days, prose, stream_of, title
from include.local.upstream.site import Site

PAGE_SIZE = 50
MEDIA = "https://d3ovs0sandbox.cloudfront.net"
THUMBNAILS = "https://d1ovs0sandbox.cloudfront.net"
VIDEOS_PER_COLLECTION = 7
LANGUAGES = (("en", "English"), ("es", "Spanish"), ("zh", "Chinese"))


def _video(world: World, index: int) -> Json:
    rng = stream_of(world.seed, "ovs/videos", index)
    key = f"{rng.getrandbits(96):024x}{index:08x}"
    created = world.anchor + days(rng, -2_000, -20) + timedelta(microseconds=rng.randrange(10**6))
    return {
        "key": key,
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "title": title(rng),
        "description": prose(rng, rng.randint(0, 3)),
        "status": "Complete",
        "is_public": True,
        "youtube_id": None,
        "sources": _sources(key, has_mp4=rng.random() < 0.3),
        "cta_link": f"https://video.odl.mit.edu/videos/{key}/watch" if rng.random() < 0.1 else None,
        "duration": round(rng.uniform(20, 7_200), 2) if rng.random() < 0.9 else 0.0,
        "multiangle": rng.random() < 0.05,
        "videothumbnail_set": [_thumbnail(key, number) for number in range(1, rng.randint(1, 3))],
        "videosubtitle_set": [_subtitle(key, *LANGUAGES[number]) for number in range(rng.randint(0, 2))],
        "collection": _collection(world, index // VIDEOS_PER_COLLECTION),
    }


def _sources(key: str, *, has_mp4: bool) -> list[Json]:
    """The stream last: a player that cannot play it takes the file before it."""
    mp4 = {"src": f"{MEDIA}/transcoded/{key}/video.mp4", "label": "desktop_mp4", "type": "video/mp4"}
    hls = {"src": f"{MEDIA}/transcoded/{key}/video__index.m3u8", "label": "HLS", "type": "application/x-mpegURL"}
    return [mp4, hls] if has_mp4 else [hls]


def _thumbnail(key: str, number: int) -> Json:
    path = f"thumbnails/{key}/video_thumbnail_{number:05d}.jpg"
    return {"id": number, "s3_object_key": path, "bucket_name": "odl-video-service-thumbnails", "cloudfront_url": f"{THUMBNAILS}/{path}"}


def _subtitle(key: str, language: str, name: str) -> Json:
    return {
        "filename": f"subtitles_{language}.vtt",
        "s3_object_key": f"subtitles/{key}/subtitles_{language}.vtt",
        "bucket_name": "odl-video-service-subtitles",
        "language": language,
        "language_name": name,
    }


def _collection(world: World, number: int) -> Json:
    rng = stream_of(world.seed, "ovs/collections", number)
    return {
        "key": f"{rng.getrandbits(96):024x}{number:08x}",
        "title": f"{rng.choice(words.TITLE_SUBJECTS)} lectures",
        "description": prose(rng, rng.randint(0, 2)),
        "is_public": True,
        "stream_source": None,
        "for_shorts": rng.random() < 0.15,
    }


def _index(key: str) -> int | None:
    return int(key[24:], 16) if len(key) == 32 and all(letter in "0123456789abcdef" for letter in key[24:]) else None


def _positions(facts: Facts) -> Json:
    """What this publisher says beside the links: places of the first and last record, and the number of pages."""
    first = min(facts.count, (facts.page - 1) * PAGE_SIZE + 1)
    return {"start_index": first, "end_index": min(facts.count, facts.page * PAGE_SIZE), "num_pages": facts.last_page}


def _routes(site: Site) -> list[Route]:
    return [site.get("/api/v0/public/videos/", "videos", drf_page("videos", PAGE_SIZE, _positions))]


FEED = Feed(
    key="ovs",
    title="ODL Video Service",
    routes=_routes,
    streams=(
        Stream(
            "videos",
            _video,
            _index,
            key="key",
            quantity=Quantity(share=4),
            traits=DRF,
            recorded=("ovs_videos.json",),
            corruptions=corrupted("key", date="created_at"),
        ),
    ),
)
