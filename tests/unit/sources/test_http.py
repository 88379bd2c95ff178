"""One GET: retried where that helps, and every failure a typed error that says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.errors import (
    AuthError,
    IncompletePage,
    PipelineError,
    RateLimited,
    RefusedAddress,
    SchemaDrift,
    UpstreamUnavailable,
)
from include.sources.http import HttpClient
from tests.support.http_server import Answer, Scripted, scripted_server

Make = Callable[..., HttpClient]
AT_ONCE = {"Retry-After": "0"}
GOOD = Answer(body=b'{"a": 1}')


def get(client: HttpClient) -> object:
    return client.get_json(client.url("/list"), "courses, page 1")


def test_a_good_answer_is_parsed_and_counted(upstream: Scripted, client_of: Make) -> None:
    upstream.script["/list"] = [GOOD]
    client = client_of(upstream)
    assert get(client) == {"a": 1}
    told = client.log.summary()
    assert (told["requests"], told["retries"], told["bytes"], told["statuses"]) == (1, 0, 8, {"200": 1})
    assert upstream.seen[0][1]["User-Agent"].startswith("LearnPipelines/")


@pytest.mark.parametrize(
    "bad",
    [Answer(500), Answer(502), Answer(503, headers=AT_ONCE), Answer(429, headers=AT_ONCE), Answer(body=b"x" * 99, cut=50)],
    ids=["500", "502", "503", "429", "cut body"],
)  # fmt: skip
def test_a_passing_trouble_is_survived(upstream: Scripted, client_of: Make, bad: Answer) -> None:
    upstream.script["/list"] = [bad, GOOD]
    client = client_of(upstream)
    assert get(client) == {"a": 1}
    assert client.log.retries == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(500), UpstreamUnavailable),
        (Answer(429, headers={"Retry-After": "0"}), RateLimited),
        (Answer(429, headers={"Retry-After": "7200"}), RateLimited),
        (Answer(503, headers={"Retry-After": "7200"}), RateLimited),
        (Answer(401, b"key expired"), AuthError),
        (Answer(403), AuthError),
        (Answer(404), SchemaDrift),
        (Answer(body=b'{"a": [1, 2', cut=0), UpstreamUnavailable),
        (Answer(body=b"<html>maintenance</html>"), UpstreamUnavailable),
        (Answer(body=b"x" * 99, cut=50), UpstreamUnavailable),
        (Answer(body=b""), IncompletePage),
        (Answer(302, headers={"Location": "/list"}), UpstreamUnavailable),
        (Answer(302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}), RefusedAddress),
    ],
    ids=["500", "429", "429 for hours", "503 for hours", "401", "403", "404", "half a JSON", "HTML", "cut", "empty", "loop", "inside"],
)  # fmt: skip
def test_a_lasting_trouble_has_its_type(upstream: Scripted, client_of: Make, answer: Answer, error: type[PipelineError]) -> None:
    upstream.script["/list"] = [answer]
    with pytest.raises(error) as caught:
        get(client_of(upstream))
    assert caught.value.source == "mitxonline"
    assert caught.value.where
    assert caught.value.what_to_do


def test_no_connection_is_unavailable(client_of: Make) -> None:
    with scripted_server() as gone:
        client = client_of(gone)
    with pytest.raises(UpstreamUnavailable):
        get(client)


def test_the_key_goes_to_the_upstream_and_not_to_where_it_redirects(upstream: Scripted, client_of: Make) -> None:
    with scripted_server() as other:
        upstream.script["/list"] = [Answer(302, headers={"Location": f"{other.url}/list"})]
        other.script["/list"] = [GOOD]
        client = HttpClient("mitxonline", upstream.url, "secret", allow_private=(upstream.address, other.address))
        assert get(client) == {"a": 1}
        assert upstream.seen[0][1]["Authorization"] == "Api-Key secret"
        assert "Authorization" not in other.seen[0][1]


def test_the_key_is_not_shown(upstream: Scripted, client_of: Make) -> None:
    assert "secret" not in repr(client_of(upstream, "secret"))


def test_the_environment_adds_no_proxy(upstream: Scripted, client_of: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    upstream.script["/list"] = [GOOD]
    assert get(client_of(upstream)) == {"a": 1}
