"""Landing a bucket: only what changed since the last listing that was wholly landed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from include.errors import AuthError, IncompletePage, NothingLanded, SchemaDrift, UpstreamUnavailable
from include.landing import Manifest, land_source, land_stream, read_parts, read_rejects, run_key
from include.sources.base import find_stream
from include.sources.bucket import Bucket
from include.sources.feeds.ocw import SOURCE as OCW
from include.sources.objects import Batching
from tests.support.feeds import MemoryState, at


class Live:
    """A small live bucket and the landing zone beside it."""

    def __init__(self, s3: Any, live: str, landing: str) -> None:
        self.s3, self.live, self.landing = s3, live, landing

    def put(self, key: str, body: Any) -> None:
        self.s3.put_object(Bucket=self.live, Key=key, Body=body if isinstance(body, bytes) else json.dumps(body).encode())

    def course(self, slug: str, title: str = "", files: int = 2) -> None:
        self.put(f"courses/{slug}/data.json", {"course_title": title or slug, "primary_course_number": "1.00", "site_uid": slug})
        self.put(f"courses/{slug}/content_map.json", {})
        for number in range(files):
            self.put(f"courses/{slug}/resources/file-{number}/data.json", {"title": f"{slug} {number}"})

    def remove(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.live, Key=key)

    def run(self, hour: int) -> str:
        return run_key("ingest_ocw", f"hour-{hour}", at(hour))

    def land(self, hour: int, client: Any = None, **more: Any) -> dict[str, Manifest]:
        upstream = Bucket("ocw", client or self.s3, self.live)
        landed = land_source(OCW, upstream, self.s3, self.landing, self.run(hour), lambda: at(hour), **more)
        return {manifest.stream: manifest for manifest in landed}

    def land_one(self, hour: int, stream: str, client: Any = None, **more: Any) -> Manifest:
        upstream = Bucket("ocw", client or self.s3, self.live)
        return land_stream(OCW, find_stream(OCW, stream), upstream, self.s3, self.landing, self.run(hour), lambda: at(hour), **more)

    def lines(self, manifest: Manifest) -> list[Any]:
        return [orjson.loads(line) for _, _, line in read_parts(self.s3, self.landing, manifest)]

    def keys(self, manifest: Manifest) -> list[str]:
        return [line["key"] for line in self.lines(manifest)]


@pytest.fixture
def live(s3_client: Any, fresh_bucket: Callable[..., str]) -> Live:
    made = Live(s3_client, fresh_bucket("d-live"), fresh_bucket("d-landing"))
    for slug in ("a", "b", "c"):
        made.course(slug)
    return made


def test_the_first_run_lands_everything_that_is_wanted(live: Live) -> None:
    landed = live.land(0)
    assert {name: (each.kind, each.complete, each.total) for name, each in landed.items()} == {
        "inventory": ("snapshot", True, 9),
        "courses": ("snapshot", True, 3),
        "content_files": ("snapshot", True, 6),
    }
    [first, *_] = live.lines(landed["courses"])
    assert first["key"] == "courses/a"
    assert first["payload"]["object_key"] == "courses/a/data.json"
    assert first["payload"]["body"]["course_title"] == "a"
    head = live.s3.head_object(Bucket=live.live, Key="courses/a/data.json")
    assert first["payload"]["etag"] == head["ETag"].strip('"')
    assert first["payload"]["last_modified"] == head["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_unchanged_bucket_costs_the_listing_alone(live: Live) -> None:
    live.land(0)
    landed = live.land(1)
    assert [landed[name].total for name in ("courses", "content_files")] == [0, 0]
    assert [landed[name].requests["requests"] for name in ("courses", "content_files")] == [0, 0]
    assert landed["courses"].kind == "delta"


def test_changes_and_removals_are_landed_exactly(live: Live) -> None:
    live.land(0)
    live.course("b", title="b has changed", files=0)
    live.course("d", files=1)
    for key in ("data.json", "resources/file-0/data.json", "resources/file-1/data.json"):
        live.remove(f"courses/c/{key}")
    landed = live.land(1)
    assert [(line["key"], line.get("removed", False)) for line in live.lines(landed["courses"])] == [
        ("courses/b", False),
        ("courses/c", True),
        ("courses/d", False),
    ]
    assert [(line["key"], line.get("removed", False)) for line in live.lines(landed["content_files"])] == [
        ("courses/c/resources/file-0/data.json", True),
        ("courses/c/resources/file-1/data.json", True),
        ("courses/d/resources/file-0/data.json", False),
    ]


def test_a_listing_counts_only_when_all_of_its_run_was_landed(live: Live) -> None:
    live.land(0)
    live.course("b", title="changed")
    live.land_one(1, "inventory")
    live.land_one(1, "content_files")  # killed before `courses`: the change of b was seen and not fetched
    landed = live.land(2)
    assert live.keys(landed["courses"]) == ["courses/b"]
    assert landed["courses"].baseline is not None
    assert live.run(0) in landed["courses"].baseline


def test_a_limited_run_leaves_the_rest_for_the_next_one(live: Live) -> None:
    limited = live.land(0, limit=2)
    assert [(each.total, each.complete) for each in (limited["courses"], limited["content_files"])] == [(2, False), (2, False)]
    assert live.land(1)["courses"].total == 3
    live.course("a", title="changed")
    live.remove("courses/c/data.json")
    again = live.land(2, limit=5)
    assert live.keys(again["courses"]) == ["courses/a"], "with a limit nothing is removed"
    assert live.keys(live.land(3)["courses"]) == ["courses/a", "courses/c"]


def test_full_fetches_everything_again(live: Live) -> None:
    live.land(0)
    landed = live.land(1, full=True)
    assert (landed["courses"].total, landed["courses"].kind, landed["courses"].complete) == (3, "snapshot", True)


def test_an_object_that_is_not_json_is_rejected_and_the_rest_lands(live: Live) -> None:
    live.put("courses/b/data.json", b"<html>")
    live.put("courses/c/data.json", b"[1, 2]")
    landed = live.land(0)
    rejects = read_rejects(live.s3, live.landing, landed["courses"])
    assert [(reject["key"], reject["reason"].split(":")[0]) for reject in rejects] == [
        ("courses/b", "is not JSON"),
        ("courses/c", "is not a JSON object"),
    ]
    assert rejects[0]["where"] == f"s3://{live.live}/courses/b/data.json"
    assert (landed["courses"].total, landed["courses"].complete) == (1, True)


class Wrapped:
    """The S3 client, with something happening before a call."""

    def __init__(self, s3: Any, before: Callable[[str, dict[str, Any]], None]) -> None:
        self.s3, self.before = s3, before

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.s3, name)
        if name != "get_object":
            return real

        def call(**given: Any) -> Any:
            self.before(name, given)
            return real(**given)

        return call


def test_an_object_that_vanishes_after_the_listing_is_gone_in_the_next_run(live: Live) -> None:
    live.land(0)
    live.course("b", title="changed", files=0)
    client = Wrapped(live.s3, lambda _, given: live.remove(given["Key"]))
    assert live.land(1, client)["courses"].total == 0
    [line] = live.lines(live.land(2)["courses"])
    assert line == {"key": "courses/b", "removed": True}


def test_an_interrupted_fetch_goes_on_and_lands_the_same(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.OCW", replace(OCW, batching=Batching(objects=1)))
    live.land_one(0, "inventory")
    state = MemoryState()
    asked: list[str] = []

    def fail_on_c(_: str, given: dict[str, Any]) -> None:
        asked.append(given["Key"])
        if "/c/" in given["Key"]:
            raise ConnectionError("the machine died")

    with pytest.raises(ConnectionError):
        live.land_one(0, "courses", Wrapped(live.s3, fail_on_c), resume_state=state, part_bytes=1)
    manifest = live.land_one(0, "courses", resume_state=state, part_bytes=1)
    assert manifest.requests["requests"] == 1
    assert live.keys(manifest) == ["courses/a", "courses/b", "courses/c"]
    live.land_one(1, "inventory")
    undisturbed = live.land_one(1, "courses", full=True, part_bytes=1)
    assert [part.sha256 for part in manifest.parts] == [part.sha256 for part in undisturbed.parts]


def test_what_is_fetched_needs_the_listing_first(live: Live) -> None:
    with pytest.raises(NothingLanded, match="not listed"):
        live.land_one(0, "courses")


def test_an_empty_bucket_is_never_an_empty_catalogue(s3_client: Any, fresh_bucket: Callable[..., str]) -> None:
    empty = Live(s3_client, fresh_bucket("d-live"), fresh_bucket("d-landing"))
    with pytest.raises(IncompletePage):
        empty.land(0)


def test_the_failures_of_a_bucket_have_their_types(live: Live, servers: Any) -> None:
    import boto3
    from botocore.config import Config

    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    wrong_key = boto3.client("s3", **{**servers.s3, "aws_secret_access_key": "wrong"}, config=quick)
    nowhere = boto3.client("s3", **{**servers.s3, "endpoint_url": "http://127.0.0.1:9"}, config=quick)
    for client, name, error in (
        (wrong_key, live.live, AuthError),
        (nowhere, live.live, UpstreamUnavailable),
        (live.s3, "d-none", SchemaDrift),
    ):
        with pytest.raises(error) as caught:
            land_stream(OCW, find_stream(OCW, "inventory"), Bucket("ocw", client, name), live.s3, live.landing, live.run(0), lambda: at(0))
        assert caught.value.source == "ocw"
        assert caught.value.what_to_do
