"""The token: asked for by form, sent to the feed's hosts only, renewed before it expires and once when it is refused in mid-run."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from include.errors import AuthError, PipelineError, RateLimited, SchemaDrift, UpstreamUnavailable
from include.sources.http import HttpClient
from include.sources.oauth import authenticate
from tests.support.http_server import Answer, Scripted, scripted_server

Make = Callable[..., HttpClient]
GOOD = Answer(body=b"[1]")
SECRET = "s3cret-of-the-feed"


def granted(token: str, **more: Any) -> Answer:
    return Answer(body=json.dumps({"access_token": token, "token_type": "JWT", **more}).encode())


def signed_client(client_of: Make, upstream: Scripted) -> HttpClient:
    client = client_of(upstream)
    authenticate(client, "/oauth2/access_token", "id-of-the-feed", SECRET)
    return client


def tokens_sent(upstream: Scripted, path: str = "/list") -> list[str | None]:
    return [headers.get("Authorization") for seen, headers in upstream.seen if seen == path]


def get(client: HttpClient, path: str = "/list") -> Any:
    return client.get_json(client.url(path), "courses, page 1")


def test_one_token_serves_many_requests(upstream: Scripted, client_of: Make) -> None:
    upstream.script = {"/oauth2/access_token": [granted("t1", expires_in=3600)], "/list": [GOOD]}
    client = signed_client(client_of, upstream)
    assert [get(client), get(client), get(client)] == [[1], [1], [1]]
    assert tokens_sent(upstream) == ["JWT t1"] * 3
    assert [parse_qs(form.decode()) for form in upstream.posted] == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["id-of-the-feed"],
            "client_secret": [SECRET],
            "token_type": ["jwt"],
        }
    ]


@pytest.mark.parametrize(("life", "used", "renewed"), [(3600, 3539, 3540), (30, 26.9, 27), (None, 269.9, 270)])
def test_a_token_is_renewed_before_it_expires(upstream: Scripted, client_of: Make, life: int | None, used: float, renewed: float) -> None:
    upstream.script = {"/oauth2/access_token": [granted("t1", expires_in=life), granted("t2", expires_in=life)], "/list": [GOOD]}
    client = signed_client(client_of, upstream)
    now = 100.0
    vars(client.auth)["monotonic"] = lambda: now
    get(client)
    now = 100.0 + used
    get(client)
    now = 100.0 + renewed
    get(client)
    assert tokens_sent(upstream) == ["JWT t1", "JWT t1", "JWT t2"]


def test_a_token_refused_in_mid_run_is_renewed_once(upstream: Scripted, client_of: Make) -> None:
    upstream.script = {"/oauth2/access_token": [granted("t1"), granted("t2")], "/list": [GOOD, Answer(401), GOOD]}
    client = signed_client(client_of, upstream)
    assert [get(client), get(client), get(client)] == [[1], [1], [1]]
    assert tokens_sent(upstream) == ["JWT t1", "JWT t1", "JWT t2", "JWT t2"]
    assert client.log.statuses == {"200": 5, "401": 1}


def test_a_token_that_stays_refused_is_an_auth_error(upstream: Scripted, client_of: Make) -> None:
    upstream.script = {"/oauth2/access_token": [granted("t1"), granted("t2")], "/list": [Answer(401)]}
    with pytest.raises(AuthError) as caught:
        get(signed_client(client_of, upstream))
    assert (caught.value.source, caught.value.where) == ("mitxonline", "courses, page 1")
    assert tokens_sent(upstream) == ["JWT t1", "JWT t2"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(401, SECRET.encode()), AuthError),
        (Answer(400, b'{"error": "invalid_client"}'), AuthError),
        (Answer(503), UpstreamUnavailable),
        (Answer(429, headers={"Retry-After": "7200"}), RateLimited),
        (Answer(404), SchemaDrift),
        (Answer(302, headers={"Location": "/list"}), SchemaDrift),
        (Answer(body=SECRET.encode()), UpstreamUnavailable),
        (Answer(body=b'{"token": "s3cret-of-the-feed"}'), SchemaDrift),
        (Answer(body=b'{"access_token": "s3cret-of-the-feed\\r\\nX: y"}'), SchemaDrift),
    ],
    ids=["401", "400", "503", "429 for hours", "404", "redirect", "not JSON", "no token", "a token that splits the header"],
)
def test_no_token_is_a_typed_error_that_tells_no_secret(
    upstream: Scripted, client_of: Make, answer: Answer, error: type[PipelineError], caplog: pytest.LogCaptureFixture
) -> None:
    upstream.script = {"/oauth2/access_token": [answer], "/list": [GOOD]}
    caplog.set_level(logging.DEBUG)
    client = signed_client(client_of, upstream)
    with pytest.raises(error) as caught:
        get(client)
    assert (caught.value.source, caught.value.where) == ("mitxonline", "courses, page 1")
    assert caught.value.what_to_do
    assert SECRET not in f"{caught.value!r} {caplog.text} {client!r} {client.auth!r}"
    assert tokens_sent(upstream) == []


def test_a_passing_trouble_of_the_token_endpoint_is_survived(upstream: Scripted, client_of: Make) -> None:
    upstream.script = {"/oauth2/access_token": [Answer(502), granted("t1")], "/list": [GOOD]}
    assert get(signed_client(client_of, upstream)) == [1]


def test_no_other_host_gets_the_token(upstream: Scripted, client_of: Make) -> None:
    with scripted_server() as other:
        other.script = {"/list": [Answer(401)]}
        upstream.script = {
            "/oauth2/access_token": [granted("t1")],
            "/list": [Answer(302, headers={"Location": f"{other.url}/list"})],
        }
        client = client_of(upstream)
        client.guard.allow_private |= {other.address}
        authenticate(client, "/oauth2/access_token", "id", SECRET)
        with pytest.raises(AuthError):
            get(client)
        with pytest.raises(AuthError):
            client.get_json(f"{other.url}/list", "elsewhere")
    assert tokens_sent(upstream) == ["JWT t1"]
    assert tokens_sent(other) == [None, None]


def test_a_stream_on_a_host_of_its_own_gets_the_token(upstream: Scripted, client_of: Make) -> None:
    with scripted_server() as discovery:
        discovery.script = {"/programs": [GOOD]}
        upstream.script = {"/oauth2/access_token": [granted("t1")]}
        client = client_of(upstream)
        client.guard.allow_private |= {discovery.address}
        client.paths["programs"] = f"{discovery.url}/programs"
        authenticate(client, "/oauth2/access_token", "id", SECRET)
        assert client.get_json(client.url(client.paths["programs"]), "programs, page 1") == [1]
    assert tokens_sent(discovery, "/programs") == ["JWT t1"]
