"""Landing the HTTP feeds of the sandbox upstream: what is believed, what is not, and how an attempt goes on."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from include.errors import (
    AuthError,
    IncompletePage,
    PipelineError,
    RateLimited,
    RefusedAddress,
    UpstreamUnavailable,
)
from include.landing import Manifest, find_manifests, land_source, land_stream, read_manifest, read_parts, read_rejects, run_key
from include.landing.keys import manifest_key
from include.sources.base import find_stream
from include.sources.http import HttpClient
from include.sources.registry import SOURCES
from tests.support.feeds import MemoryState, at
from tests.support.upstream import Running, read_list, read_pages

RUN = run_key("ingest", "scheduled__1", at(0))
Start = Callable[..., Running]
ClientFor = Callable[..., HttpClient]


def land(s3: Any, bucket: str, client: HttpClient, stream: str = "courses", source: str = "mitxonline", **more: Any) -> Manifest:
    publisher = SOURCES[source]
    return land_stream(publisher, find_stream(publisher, stream), client, s3, bucket, more.pop("run", RUN), lambda: at(0), **more)


def payloads(s3: Any, bucket: str, manifest: Manifest) -> list[Any]:
    return [orjson.loads(line)["payload"] for _, _, line in read_parts(s3, bucket, manifest)]


@pytest.mark.parametrize("stream", ["courses", "programs"])
def test_mitxonline_lands_as_it_is_published(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str], stream: str
) -> None:
    address, _ = start_upstream(resources=400)
    bucket = fresh_bucket("d")
    manifest = land(s3_client, bucket, client_for("mitxonline", address), stream)
    published = read_pages(address, stream)
    assert payloads(s3_client, bucket, manifest) == published
    assert (manifest.total, manifest.upstream_total, manifest.complete, manifest.kind) == (len(published), len(published), True, "snapshot")
    assert len(manifest.parts) == 1, "small pages share a part"
    assert find_manifests(s3_client, bucket, "mitxonline", day=at(0).date()) == [manifest]


def test_xpro_lands_as_it_is_published(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, _ = start_upstream(resources=400)
    bucket = fresh_bucket("d")
    manifests = land_source(SOURCES["xpro"], client_for("xpro", address), s3_client, bucket, RUN, lambda: at(0))
    for manifest in manifests:
        assert payloads(s3_client, bucket, manifest) == read_list(address, manifest.stream)
        assert manifest.complete


def test_a_run_that_is_committed_is_not_pulled_again(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, control = start_upstream(resources=20)
    bucket = fresh_bucket("d")
    client = client_for("mitxonline", address)
    first = land(s3_client, bucket, client)
    control.remove("mitxonline", "courses", index=0)
    asked = control.requests()
    assert land(s3_client, bucket, client) == first
    assert control.requests() == asked


TRANSIENT = [("server_error", {}), ("rate_limited", {"seconds": 0}), ("truncated", {}), ("server_error_last_page", {})]


@pytest.mark.parametrize(("fault", "options"), TRANSIENT, ids=[name for name, _ in TRANSIENT])
@pytest.mark.parametrize("source", ["mitxonline", "xpro"])
def test_a_passing_fault_is_survived(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str], source: str, fault: str, options: Any
) -> None:
    address, control = start_upstream(resources=40)
    control.fault(source, fault, **options)
    manifest = land(s3_client, fresh_bucket("d"), client_for(source, address), source=source)
    assert manifest.complete
    assert manifest.requests["retries"] == 1


LASTING: list[tuple[str, dict[str, Any], type[PipelineError]]] = [
    ("rate_limited", {"seconds": 0}, RateLimited),
    ("rate_limited", {"seconds": 7200}, RateLimited),
    ("server_error_last_page", {}, UpstreamUnavailable),
    ("truncated", {}, UpstreamUnavailable),
    ("truncated_json", {}, UpstreamUnavailable),
    ("not_json", {}, UpstreamUnavailable),
    ("page_repeated", {}, IncompletePage),
    ("page_skipped", {}, IncompletePage),
    ("count_disagrees", {}, IncompletePage),
    ("empty", {}, IncompletePage),
    ("expired_token", {}, AuthError),
    ("redirect_private", {}, RefusedAddress),
]


@pytest.mark.parametrize(("fault", "options", "error"), LASTING, ids=[f"{name}-{options}" for name, options, _ in LASTING])
def test_a_lasting_fault_is_a_typed_error_and_nothing_is_committed(
    start_upstream: Start,
    client_for: ClientFor,
    s3_client: Any,
    fresh_bucket: Callable[..., str],
    fault: str,
    options: dict[str, Any],
    error: type[PipelineError],
) -> None:
    address, control = start_upstream(resources=400)
    control.fault("mitxonline", fault, requests=1000, **options)
    bucket = fresh_bucket("d")
    client, state = client_for("mitxonline", address), MemoryState()
    with pytest.raises(error) as caught:
        land(s3_client, bucket, client, resume_state=state)
    assert (caught.value.source, caught.value.run) == ("mitxonline", RUN)
    assert caught.value.where
    assert caught.value.what_to_do
    assert read_manifest(s3_client, bucket, manifest_key("mitxonline", "courses", RUN)) is None
    if error is IncompletePage:
        assert state.value is None, "pages that do not add up are read again from the start"
    control.reset("faults")
    manifest = land(s3_client, bucket, client, resume_state=state)
    assert payloads(s3_client, bucket, manifest) == read_pages(address, "courses")


def test_an_interrupted_read_goes_on_where_it_stopped(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, control = start_upstream(resources=400)
    bucket, undisturbed_bucket = fresh_bucket("d"), fresh_bucket("d")
    client, state = client_for("mitxonline", address), MemoryState()
    undisturbed = land(s3_client, undisturbed_bucket, client, part_bytes=1)
    control.fault("mitxonline", "server_error_last_page", requests=1000)
    with pytest.raises(UpstreamUnavailable):
        land(s3_client, bucket, client, resume_state=state, part_bytes=1)
    control.reset("faults")
    resumed = land(s3_client, bucket, client, resume_state=state, part_bytes=1)
    assert resumed.requests["requests"] == 1, "only the page that was missing is asked for"
    assert resumed.parts == undisturbed.parts
    assert state.value is None


@pytest.mark.parametrize(
    "value",
    [
        {
            "run": "another",
            "limit": None,
            "full": False,
            "cursor": {},
            "facts": {},
            "parts": 1,
            "rejects": 0,
            "started_at": "2024-09-01T00:00:00+00:00",
        },
        {
            "run": RUN,
            "limit": None,
            "full": False,
            "cursor": {},
            "facts": {},
            "parts": 9,
            "rejects": 0,
            "started_at": "2024-09-01T00:00:00+00:00",
        },
    ],
    ids=["of another run", "counts parts that are not there"],
)
def test_a_state_that_does_not_fit_is_not_used(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str], value: Any
) -> None:
    address, _ = start_upstream(resources=20)
    manifest = land(s3_client, fresh_bucket("d"), client_for("mitxonline", address), resume_state=MemoryState(value))
    assert manifest.total == len(read_pages(address, "courses"))
    assert manifest.started_at == at(0)


def test_a_limit_lands_so_many_and_is_not_complete(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, _ = start_upstream(resources=400)
    for source in ("mitxonline", "xpro"):
        manifest = land(s3_client, fresh_bucket("d"), client_for(source, address), source=source, limit=7)
        assert (manifest.total, manifest.complete) == (7, False)


def test_a_record_without_key_is_rejected_and_the_rest_lands(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, control = start_upstream(resources=40)
    control.corrupt("mitxonline", "courses", "missing_key", index=3)
    bucket = fresh_bucket("d")
    manifest = land(s3_client, bucket, client_for("mitxonline", address))
    [reject] = read_rejects(s3_client, bucket, manifest)
    assert (reject["reason"], reject["key"], manifest.rejected) == ("has no readable_id", None, 1)
    assert reject["where"].startswith("page 1, item")
    assert manifest.total == manifest.upstream_total - 1  # type: ignore[operator]
    assert not manifest.complete, "the record may be any of those that seem to be missing"


def test_the_same_input_gives_the_same_bytes(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, _ = start_upstream(resources=40)
    client = client_for("mitxonline", address)
    one, other = (land(s3_client, fresh_bucket("d"), client) for _ in range(2))
    assert one.parts == other.parts


def test_who_commits_second_gets_the_manifest_of_the_first(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    """Two attempts at one run at once: a worker that was thought dead, and its successor."""
    address, _ = start_upstream(resources=20)
    bucket = fresh_bucket("d")
    client = client_for("mitxonline", address)
    winner: list[Manifest] = []

    class Overtaken:
        """Lets the other attempt finish just before this one commits."""

        def __getattr__(self, name: str) -> Any:
            return getattr(s3_client, name)

        def put_object(self, **given: Any) -> Any:
            if given["Key"].endswith("_manifest.json") and not winner:
                winner.append(land(s3_client, bucket, client_for("mitxonline", address), code_version="first"))
            return s3_client.put_object(**given)

    second = land(Overtaken(), bucket, client, code_version="second")
    assert second == winner[0]
    assert second.code_version == "first"
    assert payloads(s3_client, bucket, second) == read_pages(address, "courses")


def test_a_part_that_was_changed_is_not_believed(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, _ = start_upstream(resources=20)
    bucket = fresh_bucket("d")
    manifest = land(s3_client, bucket, client_for("mitxonline", address))
    s3_client.put_object(Bucket=bucket, Key=manifest.parts[0].key, Body=gzip.compress(b'{"key": "x", "payload": {}}\n'))
    with pytest.raises(PipelineError, match="not what its manifest says"):
        payloads(s3_client, bucket, manifest)


def test_a_bucket_that_keeps_versions_gives_back_the_one_that_was_named(
    start_upstream: Start, client_for: ClientFor, s3_client: Any, fresh_bucket: Callable[..., str]
) -> None:
    address, _ = start_upstream(resources=20)
    bucket = fresh_bucket("d")
    s3_client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    manifest = land(s3_client, bucket, client_for("mitxonline", address))
    if manifest.parts[0].version_id is None:
        pytest.skip("this S3 server keeps no versions")
    s3_client.put_object(Bucket=bucket, Key=manifest.parts[0].key, Body=b"overwritten by a worker that was thought dead")
    assert payloads(s3_client, bucket, manifest) == read_pages(address, "courses")
