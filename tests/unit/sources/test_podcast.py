"""Podcasts: one feed's trouble is its own, ids stay where feeds move, the folder of shows is whole or an error."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace

import orjson
import pytest

from include.errors import IncompletePage, RateLimited, SchemaDrift, UpstreamUnavailable
from include.local.upstream.client import UpstreamClient
from include.sources.base import Json, Page, Reading
from include.sources.feeds.podcast import CONFIG_PATH, FEEDS, SOURCE
from include.sources.http import HttpClient
from include.warehouse.derive.rss import rss_records
from tests.support.feeds import no_clock
from tests.support.http_server import Answer, Scripted
from tests.support.upstream import upstream_factory

SHOWS = ["curiosity-hour", "field-notes", "lab-talk", "open-doors", "second-nature"]
REQUESTS = {"server_error": 5, "rate_limited": 5, "truncated": 3}
"""So often one show is asked before its trouble counts."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[HttpClient, UpstreamClient]]:
    with upstream_factory() as start:
        address, control = start(resources=400)
        allowed = (address.removeprefix("http://"),)
        yield (
            HttpClient("podcast", f"{address}/podcast", allow_private=allowed, settings={"mirror": "/rss"}, backoff_seconds=0.001),
            control,
        )


@pytest.fixture(autouse=True)
def _clean(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    sandbox[1].reset()


def read(client: HttpClient, cursor: Json | None = None, limit: int | None = None) -> list[Page]:
    return list(SOURCE.pages(FEEDS, client, Reading(no_clock, cursor, limit)))  # type: ignore[arg-type,return-value]


def keys(pages: list[Page]) -> list[str]:
    return [record.key.removesuffix(".yaml/") for page in pages for record in page.records]


def test_every_show_is_landed_as_it_came(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    pages = read(sandbox[0])
    assert keys(pages) == SHOWS
    assert {page.upstream_total for page in pages} == {5}
    records = [record for page in pages for record in page.records]
    assert all(FEEDS.key_of(record.payload) == record.key for record in records)
    expanded = [record for each in records for record in rss_records(each.key, each.payload)]
    assert len(expanded) == 5 + 20
    for _, record in expanded:
        FEEDS.record_model.model_validate(record)


def test_a_read_goes_on_where_it_stopped(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    first = read(sandbox[0], limit=2)
    assert keys(first) == SHOWS[:2]
    rest = read(sandbox[0], first[-1].cursor)
    assert keys(rest) == SHOWS[2:]
    assert [page.number for page in first + rest] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("server_error", {}, "UpstreamUnavailable"),
        ("rate_limited", {"seconds": 0}, "RateLimited"),
        ("truncated", {}, "UpstreamUnavailable"),
        ("truncated_json", {}, "UpstreamUnavailable"),
        ("not_json", {}, "UpstreamUnavailable"),
        ("empty", {}, "IncompletePage"),
        ("redirect_private", {}, "RefusedAddress"),
        ("feed_moved", {"gone": True}, "SchemaDrift"),
        ("schema_changed", {}, "SchemaDrift"),
        ("schema_changed", {"field": "title"}, "SchemaDrift"),
    ],
)
def test_a_show_that_fails_does_not_stop_the_others(
    sandbox: tuple[HttpClient, UpstreamClient], kind: str, options: Json, error: str
) -> None:
    client, control = sandbox
    control.fault("podcast", kind, stream="episodes", requests=REQUESTS.get(kind, 1), **options)
    pages = read(client)
    unread = [part for page in pages for part in page.unread]
    assert [(part.prefix, part.kind) for part in unread] == [("curiosity-hour.yaml/", error)]
    assert unread[0].where
    assert keys(pages) == SHOWS[1:]


def test_a_moved_feed_is_followed_and_keeps_its_address(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    before = read(sandbox[0])[0].records[0].payload
    sandbox[1].fault("podcast", "feed_moved", stream="episodes")
    after = read(sandbox[0])[0].records[0].payload
    assert after["config"]["rss_url"] == before["config"]["rss_url"] == "https://feeds.podcasts.example/curiosity-hour/rss.xml"
    assert (before["moved_to"], after["document"] == before["document"]) == (None, True)
    assert "/podcast/moved/rss/" in after["moved_to"]


def test_the_folder_is_whole_or_an_error(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    for kind, error in (("empty", IncompletePage), ("schema_changed", SchemaDrift), ("truncated_json", UpstreamUnavailable)):
        sandbox[1].fault("podcast", kind, stream="shows")
        with pytest.raises(error):
            read(sandbox[0])


def test_files_that_configure_nothing_are_rejected_by_name(sandbox: tuple[HttpClient, UpstreamClient]) -> None:
    client, control = sandbox
    control.corrupt("podcast", "shows", "missing_key", index=0)
    control.edit("podcast", "shows", {"rss_url": "ftp://feeds.example/x"}, key="field-notes.yaml")
    control.edit("podcast", "shows", {"rss_url": "http://feeds.podcasts.example/lab-talk/rss.xml"}, key="open-doors.yaml")
    pages = read(client)
    rejects = {reject.key: reject.reason for page in pages for reject in page.rejects}
    assert list(rejects) == ["curiosity-hour.yaml/", "field-notes.yaml/", "open-doors.yaml/"]
    assert rejects["field-notes.yaml/"] == "has an rss_url that is no web address"
    assert rejects["open-doors.yaml/"] == "has the rss_url of lab-talk.yaml"
    assert keys(pages) == ["lab-talk", "second-nature"]


def _folder(upstream: Scripted, rss_url: str) -> None:
    path = CONFIG_PATH.split("?")[0]
    upstream.script[path] = [Answer(body=orjson.dumps([{"name": "a.yaml", "url": f"{upstream.url}{path}/a.yaml?ref=master"}]))]
    content = b64encode(f"rss_url: {rss_url}".encode()).decode()
    upstream.script[f"{path}/a.yaml"] = [Answer(body=orjson.dumps({"content": content, "encoding": "base64"}))]


def test_the_token_goes_to_github_and_to_no_show(upstream: Scripted, client_of: Callable[..., HttpClient]) -> None:
    _folder(upstream, f"{upstream.url}/rss")
    rss = b"<rss><channel><title>A</title><item><title>B</title><enclosure url='u'/></item></channel></rss>"
    upstream.script["/rss"] = [Answer(body=rss)]
    assert keys(read(client_of(upstream, "secret"))) == ["a"]
    assert [headers.get("Authorization") for _, headers in upstream.seen] == ["Bearer secret", "Bearer secret", None]


def test_another_user_agent_is_sent_to_hosts_that_refuse_ours(upstream: Scripted, client_of: Callable[..., HttpClient]) -> None:
    _folder(upstream, f"{upstream.url}/rss")
    upstream.script["/rss"] = [Answer(403)]
    [page] = read(replace(client_of(upstream), settings={"user_agent": "Mozilla/5.0"}))
    assert [part.kind for part in page.unread] == ["AuthError"]
    assert {headers["User-Agent"] for _, headers in upstream.seen} == {"Mozilla/5.0"}


def test_a_quota_of_github_is_waited_for(upstream: Scripted, client_of: Callable[..., HttpClient]) -> None:
    upstream.script[CONFIG_PATH.split("?")[0]] = [Answer(403, b'{"message": "API rate limit exceeded for 192.0.2.1."}')]
    with pytest.raises(RateLimited, match="token"):
        read(client_of(upstream))


def test_a_file_on_another_host_is_not_asked_for(upstream: Scripted, client_of: Callable[..., HttpClient]) -> None:
    path = CONFIG_PATH.split("?")[0]
    upstream.script[path] = [Answer(body=orjson.dumps([{"name": "a.yaml", "url": "https://elsewhere.example/a.yaml"}]))]
    [page] = read(client_of(upstream, "secret"))
    assert [part.kind for part in page.unread] == ["RefusedAddress"]
