"""Salesforce's pages: tokens out of the page, the form with its actions, and what of it is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from include.errors import SchemaDrift, UpstreamUnavailable
from include.sources.base import Page, Reading
from include.sources.feeds import events_sloan, news_sloan
from include.sources.http import HttpClient
from tests.support.feeds import no_clock
from tests.support.http_server import Answer, Scripted

PAGE = b"<script src='/l/%7B%22fwuid%22%3A%22FW1%22%2C%22%40markup%3A%2F%2Fsiteforce%3AcommunityApp%22%3A%22APP1%22%7D'>"


def answer(**content: list[dict[str, Any]]) -> Answer:
    actions = [{"id": f"{number};a", "state": "SUCCESS", "returnValue": {"content": items}} for number, items in content.items()]
    return Answer(body=json.dumps({"actions": [{**each, "id": each["id"].removeprefix("a")} for each in actions]}).encode())


@pytest.fixture
def read(upstream: Scripted, client_of: Callable[..., HttpClient]) -> Callable[..., Page]:
    def run(source: Any, page: str, form: Answer, body: bytes = PAGE) -> Page:
        upstream.script = {page: [Answer(body=body)], "/s/sfsites/aura": [form]}
        [found] = source.pages(source.streams[0], client_of(upstream), Reading(no_clock))
        return found

    return run


def test_the_form_brings_the_tokens_of_the_page_and_asks_for_twenty_posts(read: Callable[..., Page], upstream: Scripted) -> None:
    page = read(news_sloan.SOURCE, "/s/blog", answer(a111=[{"managedContentId": "1"}, {"managedContentId": "2"}, {"title": "no id"}]))
    assert ([record.key for record in page.records], len(page.rejects)) == (["1", "2"], 1)
    form = {name: values[0] for name, values in parse_qs(upstream.posted[0].decode()).items()}
    context, [action] = json.loads(form["aura.context"]), json.loads(form["message"])["actions"]
    assert (context["fwuid"], list(context["loaded"].values())) == ("FW1", ["APP1"])
    assert (action["params"]["contentType"], action["params"]["pageSize"], action["params"]["AscDesc"]) == ("Blog_Post", 20, "DESC")
    assert (form["aura.pageURI"], form["aura.token"]) == ("/s/blog", "null")


def test_webinars_of_both_lists_come_once(read: Callable[..., Page]) -> None:
    both = answer(a192=[{"contentKey": "coming"}, {"contentKey": "both"}], a111=[{"contentKey": "past"}, {"contentKey": "both"}])
    page = read(events_sloan.SOURCE, "/s/webinars", both)
    assert [record.key for record in page.records] == ["coming", "both", "past"]


@pytest.mark.parametrize(
    ("body", "form", "error", "told"),
    [
        (b"<html>A new site</html>", answer(a111=[]), SchemaDrift, "fwuid and the id of the application"),
        (PAGE, Answer(body=b"/*-{'clientOutOfSync'}-*/"), UpstreamUnavailable, "not JSON"),
        (PAGE, Answer(body=b'{"actions": [{"id": "111;a", "state": "ERROR", "error": ["x"]}]}'), UpstreamUnavailable, "ended as ERROR"),
        (PAGE, Answer(body=b'{"actions": []}'), SchemaDrift, "no content for the action"),
    ],
    ids=["no tokens", "another release", "failed action", "no action"],
)
def test_what_is_not_the_list_is_an_error_of_its_kind(
    read: Callable[..., Page], body: bytes, form: Answer, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        read(news_sloan.SOURCE, "/s/blog", form, body)
