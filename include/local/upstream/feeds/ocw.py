"""MIT OpenCourseWare: the "live" bucket of the site (``sources.md`` 2.9)."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from include.local.upstream.corruptions import corrupted
from include.local.upstream.feed import Feed, Objects, Quantity, World
from include.local.upstream.generated import ocw

ROOT = "courses/"


def _slug(world: World, index: int) -> str:
    return ocw.slug(world.seed, index)


def _objects(world: World, index: int) -> Iterator[tuple[str, bytes]]:
    return ((key, orjson.dumps(record)) for key, record in ocw.course_objects(world.seed, index))


def _course_object(slug: str) -> str:
    return f"{ROOT}{slug}/data.json"


def _is_content_file(key: str) -> bool:
    return key.endswith("/data.json") and key.count("/") > 2


FEED = Feed(
    key="ocw",
    title="MIT OpenCourseWare",
    objects=Objects(
        bucket="ocw-content-live",
        root=ROOT,
        unit=_slug,
        make=_objects,
        main=_course_object,
        streams=("courses", "content_files"),
        is_member=_is_content_file,
        quantity=Quantity(share=17),
        marker="_upstream/marker.json",
        corruptions=corrupted("legacy_uid", "site_uid", title="course_title"),
    ),
)
