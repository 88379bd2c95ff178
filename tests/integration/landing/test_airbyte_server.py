"""An Airbyte server's connection in place of the manifest: the calls that a stand-in sees, and the records that come of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from include.errors import AuthError, IncompletePage, UpstreamUnavailable
from include.landing import land_stream, run_key
from include.orchestration.sources import client_of
from include.sources.airbyte_server import AirbyteServer, SyncFailed, read_synced_stream
from include.sources.base import Page, find_stream
from include.sources.bucket import Bucket
from include.sources.registry import SOURCES
from tests.support.feeds import at
from tests.support.http_server import Answer, Scripted, scripted_server

API = "/api/public/v1"
COURSES = find_stream(SOURCES["xpro"], "courses")
TOKEN = Answer(body=b'{"access_token": "abc", "expires_in": 900}')


def answer(code: int = 200, **body: Any) -> Answer:
    return Answer(code, orjson.dumps(body))


def job(status: str) -> Answer:
    return answer(jobId=7, status=status, jobType="sync", startTime="2020-01-01T00:00:00Z")


@pytest.fixture
def airbyte() -> Iterator[Scripted]:
    with scripted_server() as server:
        server.script = {
            f"{API}/applications/token": [TOKEN],
            f"{API}/jobs": [job("pending")],
            f"{API}/jobs/7": [job("running"), job("succeeded")],
        }
        yield server


@pytest.fixture
def server(airbyte: Scripted, s3_client: Any, fresh_bucket: Callable[..., str]) -> AirbyteServer:
    bucket = fresh_bucket("d-airbyte")
    lines = [{"_airbyte_raw_id": "1", "_airbyte_extracted_at": 1, "_airbyte_data": {"readable_id": f"c{number}"}} for number in range(3)]
    put = {
        "airbyte/courses/2026_11_26_1_0.jsonl": b"\n".join(map(orjson.dumps, lines)) + b"\n",
        "airbyte/courses/2026_11_26_1_1.jsonl.gz": gzip.compress(b'{"_airbyte_raw_id": "2", "readable_id": "flat", "price": 1}\n'),
        "airbyte/programs/2026_11_26_1_0.jsonl": b'{"readable_id": "another stream"}\n',
    }
    for key, body in put.items():
        s3_client.put_object(Bucket=bucket, Key=key, Body=body)
    return AirbyteServer(
        "xpro",
        airbyte.url + API,
        "id",
        "secret",
        "9924bcd0-99be-453d-ba47-c2c9766f7da5",
        Bucket("xpro", s3_client, bucket),
        "airbyte",
        (airbyte.address,),
        sleep=lambda _: None,
    )


def read(server: AirbyteServer, limit: int | None = None) -> list[Page]:
    return list(read_synced_stream(server, COURSES, limit))


def test_the_calls_are_those_of_the_public_api(airbyte: Scripted, server: AirbyteServer) -> None:
    read(server)
    assert [path for path, _ in airbyte.seen] == [f"{API}/applications/token", f"{API}/jobs", f"{API}/jobs/7", f"{API}/jobs/7"]
    assert [json.loads(body) for body in airbyte.posted] == [
        {"client_id": "id", "client_secret": "secret", "grant-type": "client_credentials"},
        {"connectionId": "9924bcd0-99be-453d-ba47-c2c9766f7da5", "jobType": "sync"},
    ]
    assert "Authorization" not in airbyte.seen[0][1]
    assert {headers["Authorization"] for _, headers in airbyte.seen[1:]} == {"Bearer abc"}


def test_records_are_what_the_destination_wrote_of_the_stream(server: AirbyteServer) -> None:
    records = [record for page in read(server) for record in page.records]
    assert [record.payload for record in records] == [*({"readable_id": f"c{n}"} for n in range(3)), {"readable_id": "flat", "price": 1}]
    assert [record.key for page in read(server, limit=2) for record in page.records] == ["c0", "c1"]


def test_a_sync_that_runs_already_is_waited_for(airbyte: Scripted, server: AirbyteServer) -> None:
    running = {"jobId": 7, "status": "running", "startTime": "2020-01-01T00:00:00Z"}
    airbyte.script[f"{API}/jobs"] = [answer(409, title="conflict"), answer(data=[running])]
    assert read(server)
    assert "connectionId=9924bcd0" in airbyte.seen[2][0]
    assert "status=running" in airbyte.seen[2][0]


@pytest.mark.parametrize("ended", ["failed", "cancelled"])
def test_a_sync_that_does_not_succeed_is_an_error_with_its_number(airbyte: Scripted, server: AirbyteServer, ended: str) -> None:
    airbyte.script[f"{API}/jobs/7"] = [job(ended)]
    with pytest.raises(SyncFailed, match="job 7") as raised:
        read(server)
    assert raised.value.transient


def test_files_of_earlier_syncs_are_not_read(airbyte: Scripted, server: AirbyteServer) -> None:
    airbyte.script[f"{API}/jobs/7"] = [answer(jobId=7, status="succeeded", startTime="2099-01-01T00:00:00Z")]
    with pytest.raises(IncompletePage, match="wrote nothing"):
        read(server)


@pytest.mark.parametrize(("status", "error"), [(401, AuthError), (503, UpstreamUnavailable)])
def test_a_server_that_refuses_is_a_typed_error(airbyte: Scripted, server: AirbyteServer, status: int, error: type[Exception]) -> None:
    airbyte.script[f"{API}/applications/token"] = [Answer(status)]
    with pytest.raises(error):
        read(server)


def test_a_setting_of_the_connection_lets_the_server_read_the_feed(
    airbyte: Scripted, server: AirbyteServer, s3_client: Any, servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through Airflow's connections: the manifest is not run, and the same source lands what the server wrote."""
    s3 = servers.s3
    made = {
        "UPSTREAM_XPRO": {
            "conn_type": "http",
            "host": "https://xpro.invalid",
            "extra": {"airbyte_connection_id": "c1", "airbyte_prefix": "airbyte"},
        },
        "AIRBYTE": {
            "conn_type": "http",
            "host": airbyte.url,
            "login": "id",
            "password": "secret",
            "extra": {"allow_private": [airbyte.address]},
        },
        "AIRBYTE_DESTINATION": {
            "conn_type": "aws",
            "login": s3["aws_access_key_id"],
            "password": s3["aws_secret_access_key"],
            "extra": {"endpoint_url": s3["endpoint_url"], "bucket": server.destination.name},
        },
    }
    for name, parts in made.items():
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", json.dumps(parts))
    source = SOURCES["xpro"]
    client = client_of(source)
    client.sleep = lambda _: None
    bucket = server.destination.name
    manifest = land_stream(source, COURSES, client, s3_client, bucket, run_key("ingest_xpro", "airbyte", at(1)), lambda: at(1))
    assert (manifest.total, manifest.complete, manifest.requests["requests"]) == (4, True, 4)
    assert json.loads(airbyte.posted[1])["connectionId"] == "c1"
