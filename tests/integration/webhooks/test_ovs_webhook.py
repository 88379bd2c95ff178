"""The webhook of the ODL Video Service: who may send, what is taken, and that the same event is landed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from include.landing import find_manifests, read_parts
from include.webhooks.app import MAX_BODY_BYTES, NotStarted, Receiver, make_app
from include.webhooks.events import ROOT
from include.webhooks.signature import HEADER, sign
from tests.support.feeds import at

SECRET = "both know it"
PATH = "/ovs_videos/"


def video(key: str = "v1", **changes: Any) -> dict[str, Any]:
    """A video as the service sends it."""
    return {
        "key": key,
        "created_at": "2020-03-23T15:14:38.254631Z",
        "title": "A lecture",
        "description": "",
        "status": "Complete",
        "is_public": True,
        "sources": [{"src": "https://d1.cloudfront.net/v/video.m3u8", "label": "HLS", "type": "application/x-mpegURL"}],
        "cta_link": None,
        "duration": 61.5,
        "videothumbnail_set": [{"cloudfront_url": "https://d2.cloudfront.net/v/1.jpg"}],
        "videosubtitle_set": [],
        "collection": {"key": "c1", "title": "Lectures", "description": ""},
    } | changes


@dataclass
class Hook:
    """The application with its landing zone, and the runs that it started."""

    client: TestClient
    s3: Any
    bucket: str
    receiver: Receiver
    started: list[tuple[str, str]] = field(default_factory=list)
    hour: int = 0

    def send(self, event: Any, secret: str = SECRET, **headers: str) -> Any:
        body = event if isinstance(event, bytes) else orjson.dumps(event)
        return self.client.post(PATH, content=body, headers={HEADER: sign(secret, body), **headers})

    def objects(self) -> set[str]:
        return {entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])}

    def landed(self) -> list[Any]:
        """Every landed line, in the order in which it was observed."""
        manifests = find_manifests(self.s3, self.bucket, "ovs", "videos")
        assert {(manifest.kind, manifest.complete, manifest.total) for manifest in manifests} <= {("delta", True, 1)}
        return [orjson.loads(line) for manifest in manifests for _, _, line in read_parts(self.s3, self.bucket, manifest)]


@pytest.fixture
def hook(s3_client: Any, fresh_bucket: Callable[..., str]) -> Iterator[Hook]:
    bucket = fresh_bucket("d-hook")

    def start(source: str, run: str) -> None:
        made.started.append((source, run))

    def clock() -> Any:
        made.hour += 1
        return at(made.hour)

    receiver = Receiver(SECRET, s3_client, bucket, (".cloudfront.net", "video.odl.mit.edu"), start, clock)
    with TestClient(make_app(lambda: made.receiver)) as client:
        made = Hook(client, s3_client, bucket, receiver)
        yield made


def test_an_event_is_landed_and_its_ingest_started(hook: Hook) -> None:
    answer = hook.send(video())
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert hook.landed() == [{"key": "v1", "payload": video()}]
    assert hook.started == [("ovs", answer.json()["run"])]


def test_the_same_event_again_writes_nothing(hook: Hook) -> None:
    first = hook.send(video())
    before = hook.objects()
    again = hook.send(orjson.dumps(video(), option=orjson.OPT_INDENT_2))
    assert (again.status_code, again.json()) == (202, {"status": "repeated", "run": first.json()["run"]})
    assert hook.objects() == before
    assert hook.started == [("ovs", first.json()["run"])] * 2, "starting it again does nothing where the run is there"


def test_a_change_that_is_taken_back_is_not_a_repetition(hook: Hook) -> None:
    for event in (video(), {"video_id": "v1", "delete": True}, video()):
        assert hook.send(event).json()["status"] == "accepted"
    assert [line.get("removed", False) for line in hook.landed()] == [False, True, False]


def test_events_within_one_moment_keep_their_order(hook: Hook) -> None:
    hook.receiver = replace(hook.receiver, clock=lambda: at(1))
    for title in ("first", "second", "third"):
        hook.send(video(title=title))
    assert [line["payload"]["title"] for line in hook.landed()] == ["first", "second", "third"]


def test_a_landing_that_was_cut_off_is_completed_by_the_retry(hook: Hook) -> None:
    run = hook.send(video()).json()["run"]
    for key in hook.objects():
        if not key.startswith(ROOT):
            hook.s3.delete_object(Bucket=hook.bucket, Key=key)
    assert hook.landed() == []
    assert hook.send(video()).json()["run"] == run
    assert len(hook.landed()) == 1


@pytest.mark.parametrize("headers", [{HEADER: "0" * 64}, {HEADER: ""}, {HEADER: "é".encode("latin-1").decode("latin-1")}])
def test_a_wrong_signature_is_refused(hook: Hook, headers: dict[str, str]) -> None:
    body = orjson.dumps(video())
    given = {name: value.encode("latin-1") for name, value in headers.items()}
    assert hook.client.post(PATH, content=body, headers=given).status_code == 401
    assert hook.client.post(PATH, content=body).status_code == 401
    assert hook.send(video(), secret="another").status_code == 401
    assert hook.client.post(PATH, content=body + b" ", headers={HEADER: sign(SECRET, body)}).status_code == 401
    assert hook.objects() == set()


def test_a_long_body_is_not_read_to_its_end(hook: Hook) -> None:
    assert hook.send(b" " * (MAX_BODY_BYTES + 1)).status_code == 413


@pytest.mark.parametrize(
    "event",
    [
        b"{",
        b"[]",
        b"\xff",
        {},
        {"video_id": "v1"},
        {"video_id": "../v1", "delete": True},
        {"video_id": "", "delete": True},
        {"video_id": 7, "delete": True},
        video(key="a/b"),
        video(key="k" * 256),
        video(title=None),
        video(created_at="yesterday"),
        video(description="\x00"),
        b'{"key": "v1", "delete": NaN}',
    ],
    ids=lambda event: str(event)[:30],
)
def test_what_is_no_event_is_refused(hook: Hook, event: Any) -> None:
    assert hook.send(event).status_code == 422
    assert hook.objects() == set()


@pytest.mark.parametrize(
    "url",
    [
        "http://d1.cloudfront.net/v.m3u8",
        "https://cloudfront.net/v.m3u8",
        "https://cloudfront.net.evil.example/v.m3u8",
        "https://d1.cloudfront.net@evil.example/v.m3u8",
        "https://evil.example\\.cloudfront.net/v.m3u8",
        "https://169.254.169.254/v.m3u8",
        "",
        None,
    ],
)
def test_media_elsewhere_refuse_the_whole_event(hook: Hook, url: Any) -> None:
    assert hook.send(video(sources=[{"src": "https://d1.cloudfront.net/v.m3u8"}, {"src": url}])).status_code == 403
    assert hook.objects() == set()


def test_thumbnails_are_media_too(hook: Hook) -> None:
    assert hook.send(video(videothumbnail_set=[{"cloudfront_url": "https://evil.example/1.jpg"}])).status_code == 403
    assert hook.send(video(videothumbnail_set=[{"cloudfront_url": None}])).status_code == 202


def test_without_a_secret_nothing_is_taken(hook: Hook) -> None:
    hook.receiver = replace(hook.receiver, secret="")
    assert hook.send(video(), secret="").status_code == 503


def test_an_ingest_that_cannot_be_started_is_told_to_the_sender(hook: Hook) -> None:
    def refuse(source: str, run: str) -> None:
        raise NotStarted("Airflow is away", source=source, run=run)

    hook.receiver = replace(hook.receiver, start=refuse)
    answer = hook.send(video())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    hook.receiver = replace(hook.receiver, start=lambda source, run: hook.started.append((source, run)))
    assert hook.send(video()).status_code == 202
    assert len(hook.landed()) == len(hook.started) == 1


def test_nothing_else_is_served(hook: Hook) -> None:
    assert [hook.client.get(path).status_code for path in ("/", "/docs", "/openapi.json", PATH)] == [404, 404, 404, 405]


def test_an_event_later_than_the_last_by_a_clock_that_went_back(hook: Hook) -> None:
    hook.receiver = replace(hook.receiver, clock=lambda: at(5))
    hook.send(video(title="first"))
    hook.receiver = replace(hook.receiver, clock=lambda: at(5) - timedelta(hours=1))
    hook.send(video(title="second"))
    assert [line["payload"]["title"] for line in hook.landed()] == ["first", "second"]
