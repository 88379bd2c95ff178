"""A signed event of one video comes to a search hit without a read of the feed; the next read agrees with it or undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest
from fastapi.testclient import TestClient

from include.landing import find_manifests
from include.search.names import serving_alias
from include.warehouse.load import LoadResult
from include.webhooks.app import Receiver, make_app
from include.webhooks.signature import HEADER, sign
from tests.integration.chain.conftest import Passed
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.timeout(1200)

SECRET = "both know it"
TITLE = "A lecture that was published a moment ago"


@dataclass
class Hook:
    """The webhook of a running chain; ``loaded`` is what each started ingest did."""

    pipeline: Pipeline
    loaded: list[LoadResult] = field(default_factory=list)

    def send(self, event: dict[str, Any]) -> str:
        """Send a signed event; returns what became of it."""
        with TestClient(make_app(lambda: self.receiver)) as client:
            body = orjson.dumps(event)
            answer = client.post("/ovs_videos/", content=body, headers={HEADER: sign(SECRET, body)})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["status"])

    @property
    def receiver(self) -> Receiver:
        pipeline = self.pipeline

        def start(source: str, run: str) -> None:
            """What `ingest_ovs` does with `from_landing`: that landing, and no other."""
            self.loaded += pipeline.load(find_manifests(pipeline.s3, pipeline.settings.landing_bucket, source, run=run))

        hosts = (".cloudfront.net",)
        return Receiver(SECRET, pipeline.s3, pipeline.settings.landing_bucket, hosts, start, lambda: pipeline.now)

    def bring(self) -> None:
        """What the assets bring about after an ingest."""
        self.pipeline.transform()
        self.pipeline.deliver()
        self.pipeline.index()

    def found(self, kind: str, title: str) -> list[str]:
        """Readable ids of the hits of a search for a title."""
        alias = serving_alias(self.pipeline.settings.index_prefix, kind)
        hits = self.pipeline.search.search(index=alias, body={"query": {"match_phrase": {"title": title}}})["hits"]["hits"]
        return [hit["_source"]["readable_id"] for hit in hits]

    def videos(self) -> list[dict[str, Any]]:
        """The videos that the service lists now."""
        address = f"{self.pipeline.settings.upstream_url}/ovs/api/v0/public/videos/"
        found: list[dict[str, Any]] = httpx.get(address).raise_for_status().json()["results"]
        return found


@pytest.fixture
def hook(passed: Passed) -> Iterator[Hook]:
    """The webhook after the first pass; afterwards the chain is as a read of the feed leaves it."""
    passed.raise_failure("ovs")
    made = Hook(passed.pipeline)
    yield made
    passed.pipeline.ingest("ovs")
    made.bring()


def test_an_event_of_one_video_comes_to_a_search_hit(hook: Hook) -> None:
    kept, gone = hook.videos()[:2]
    new = kept | {"key": "f" * 32, "title": TITLE, "collection": kept["collection"] | {"key": "e" * 32, "title": "Lectures of today"}}
    asked = hook.pipeline.upstream.requests()
    assert hook.send(new) == "accepted"
    assert hook.send({"video_id": gone["key"], "delete": True}) == "accepted"
    assert [(result.new_versions, result.removed) for result in hook.loaded] == [(1, 0), (0, 1)]
    hook.bring()
    assert hook.found("video", TITLE) == [new["key"]]
    assert hook.found("video_playlist", "Lectures of today") == ["e" * 32]
    assert gone["key"] not in hook.found("video", gone["title"])

    assert [hook.send(new), hook.send({"video_id": gone["key"], "delete": True})] == ["repeated", "repeated"]
    assert [(result.already_loaded, result.landed) for result in hook.loaded[2:]] == [(True, 1), (True, 1)]
    assert hook.pipeline.upstream.requests() == asked, "the feed was not read"
