"""Low-code sources: the CDK reads, and our rules hold around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from include.errors import AuthError, IncompletePage, PipelineError, RateLimited, RefusedAddress, SchemaDrift, UpstreamUnavailable
from include.sources import low_code, split
from include.sources.base import Page, Reading, find_stream
from include.sources.http import HttpClient
from include.sources.oauth import authenticate
from include.sources.registry import SOURCES
from tests.support.feeds import no_clock
from tests.support.http_server import Answer, Scripted

Make = Callable[..., HttpClient]
XPRO = SOURCES["xpro"]
PATH = "/api/courses/"


def read(client: HttpClient, limit: int | None = None) -> list[Page]:
    return list(XPRO.pages(find_stream(XPRO, "courses"), client, Reading(no_clock, limit=limit)))  # type: ignore[arg-type,return-value]


def test_a_plain_list_is_read_as_it_was_sent(upstream: Scripted, client_of: Make) -> None:
    sent = [{"readable_id": f"c{n}", "price": 1.50, "nothing": None, "text": "é", "deep": {"a": [1, {}]}} for n in range(1_203)]
    upstream.script[PATH] = [Answer(body=json.dumps(sent).encode())]
    client = client_of(upstream)
    pages = read(client)
    assert [record.payload for page in pages for record in page.records] == sent
    assert max(len(page.records) for page in pages) == split.PAGE_RECORDS
    assert client.log.requests == 1
    assert upstream.seen[0][1]["User-Agent"].startswith("LearnPipelines/")


def test_a_passing_trouble_is_survived(upstream: Scripted, client_of: Make) -> None:
    upstream.script[PATH] = [Answer(500), Answer(429, headers={"Retry-After": "0"}), Answer(body=b'[{"readable_id": "a"}]')]
    assert [record.key for page in read(client_of(upstream)) for record in page.records] == ["a"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(500), UpstreamUnavailable),
        (Answer(429, headers={"Retry-After": "0"}), RateLimited),
        (Answer(429, headers={"Retry-After": "7200"}), RateLimited),
        (Answer(401), AuthError),
        (Answer(404), SchemaDrift),
        (Answer(body=b""), IncompletePage),
        (Answer(body=b"<html>"), UpstreamUnavailable),
        (Answer(body=b"[1, 2", cut=0), UpstreamUnavailable),
        (Answer(body=b"x" * 99, cut=50), UpstreamUnavailable),
        (Answer(302, headers={"Location": "http://169.254.169.254/"}), RefusedAddress),
    ],
    ids=["500", "429", "429 for hours", "401", "404", "empty", "HTML", "half a JSON", "cut", "redirect inside"],
)
def test_a_lasting_trouble_has_its_type(upstream: Scripted, client_of: Make, answer: Answer, error: type[PipelineError]) -> None:
    upstream.script[PATH] = [answer]
    with pytest.raises(error) as caught:
        read(client_of(upstream))
    assert caught.value.source == "mitxonline"  # the client's
    assert caught.value.what_to_do


def test_a_feed_whose_connection_has_a_token_is_signed(upstream: Scripted, client_of: Make) -> None:
    upstream.script = {
        "/token": [Answer(body=b'{"access_token": "t1"}'), Answer(body=b'{"access_token": "t2"}')],
        PATH: [Answer(401), Answer(body=b'[{"readable_id": "a"}]')],
    }
    client = client_of(upstream)
    authenticate(client, "/token", "id", "secret")
    assert [record.key for page in read(client) for record in page.records] == ["a"]
    assert [headers.get("Authorization") for path, headers in upstream.seen if path == PATH] == ["JWT t1", "JWT t2"]


@pytest.mark.parametrize("refused", ["/token", PATH])
def test_a_signed_feed_that_stays_refused_is_an_auth_error(upstream: Scripted, client_of: Make, refused: str) -> None:
    upstream.script = {"/token": [Answer(body=b'{"access_token": "t"}')], PATH: [Answer(body=b"[]")]}
    upstream.script[refused] = [Answer(401)]
    client = client_of(upstream)
    authenticate(client, "/token", "id", "secret")
    with pytest.raises(AuthError) as caught:
        read(client)
    assert (caught.value.source, caught.value.where) == ("mitxonline", "courses")


def test_one_bad_number_rejects_one_record(upstream: Scripted, client_of: Make) -> None:
    upstream.script[PATH] = [Answer(body=b'[{"readable_id": "a", "price": NaN}, {"readable_id": "b"}, {"title": "nameless"}]')]
    [page] = read(client_of(upstream))
    assert [record.key for record in page.records] == ["b"]
    assert {(reject.key, reject.reason) for reject in page.rejects} == {
        ("a", "contains a number that is not finite"),
        (None, "has no readable_id"),
    }


PAGED = """
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [courses]}
metadata: {learn: {title: New feed}}
streams:
  - type: DeclarativeStream
    name: courses
    primary_key: [readable_id]
    schema_loader: {type: InlineSchemaLoader, schema: {type: object}}
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url_base: "{{ config['base_url'] }}"
        path: /items
        authenticator:
          type: ApiKeyAuthenticator
          api_token: "{{ config['api_key'] }}"
          inject_into: {type: RequestOption, inject_into: header, field_name: X-Api-Key}
      record_selector:
        type: RecordSelector
        extractor: {type: DpathExtractor, field_path: [items]}
      paginator:
        type: DefaultPaginator
        page_token_option: {type: RequestPath}
        pagination_strategy:
          type: CursorPagination
          cursor_value: "{{ response['next'] }}"
          stop_condition: "{{ not response['next'] }}"
"""


def test_a_new_paged_feed_with_a_key_is_one_yaml(upstream: Scripted, client_of: Make, tmp_path: Path) -> None:
    (tmp_path / "newfeed.yaml").write_text(PAGED)
    upstream.script["/items"] = [
        Answer(body=json.dumps({"items": [{"readable_id": "a"}], "next": f"{upstream.url}/more"}).encode()),
    ]
    upstream.script["/more"] = [Answer(body=b'{"items": [{"readable_id": "b"}], "next": null}')]
    source = low_code.read_source(tmp_path / "newfeed.yaml")
    pages = source.pages(find_stream(source, "courses"), client_of(upstream, "secret"), Reading(no_clock))
    assert [record.key for page in pages for record in page.records] == ["a", "b"]
    assert [(path, headers["X-Api-Key"]) for path, headers in upstream.seen] == [("/items", "secret"), ("/more", "secret")]


def test_a_manifest_whose_token_cannot_be_guarded_is_refused(upstream: Scripted, client_of: Make, tmp_path: Path) -> None:
    start, end = PAGED.index("        authenticator:"), PAGED.index("      record_selector:")
    facts = "token_refresh_endpoint: 'http://x/', client_id: a, client_secret: b, refresh_token: c"
    oauth = f"        authenticator: {{type: OAuthAuthenticator, {facts}}}\n"
    (tmp_path / "newfeed.yaml").write_text(PAGED[:start] + oauth + PAGED[end:])
    source = low_code.read_source(tmp_path / "newfeed.yaml")
    with pytest.raises(RuntimeError, match="token"):
        list(source.pages(find_stream(source, "courses"), client_of(upstream), Reading(no_clock)))  # type: ignore[arg-type]
    assert upstream.seen == []
