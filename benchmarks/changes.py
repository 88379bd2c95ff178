"""Changes upstream that a run then brings through the chain."""

from __future__ import annotations

import uuid

import psycopg

from include.local.settings import Settings
from include.local.upstream.client import UpstreamClient

FEED, STREAM = "mitxonline", "courses"
SHARE = 0.55
"""Of a sandbox's resources, how many are courses of this feed (``include/local/upstream/feeds/mitxonline.py``)."""


def retitle(settings: Settings, size: int, changes: int) -> None:
    """Give so many courses, spread over the feed, a new title."""
    courses = int(size * SHARE)
    tag = uuid.uuid4().hex[:6]
    with UpstreamClient(settings.upstream_url) as upstream:
        for number in range(changes):
            index = number * courses // changes
            upstream.edit(FEED, STREAM, {"title": f"Changed {tag} {number}"}, index=index)


def retitle_one(settings: Settings, title: str) -> None:
    """Give a course that searches find a title: the one in the middle of those that are published."""
    with psycopg.connect(settings.dsn("learn", "learn_search")) as learn:
        keys = learn.execute(
            "select readable_id from learning_resources_learningresource"
            " where etl_source = %s and resource_type = 'course' and published order by id",
            [FEED],
        ).fetchall()
    with UpstreamClient(settings.upstream_url) as upstream:
        upstream.edit(FEED, STREAM, {"title": title}, key=keys[len(keys) // 2][0])
