"""Salesforce's community pages: lists of content behind a form that wants two tokens of the page back (sources.md 7.2, 7.3).

The tokens are the version of Salesforce's framework and of the site's application. They change with every release, so each read takes
them from the page anew. A site without them has been rebuilt: that is `SchemaDrift`, and nothing is removed because of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from include.errors import SchemaDrift, UpstreamUnavailable
from include.sources.base import Json, Page, Reader, Reading, Stream
from include.sources.http import HttpClient
from include.sources.split import split_records

APP = "siteforce:communityApp"
FRAMEWORK_TOKEN = re.compile(r"fwuid%22%3A%22([^%]+)%22")
APP_TOKEN = re.compile(r"siteforce%3AcommunityApp%22%3A%22([^%]+)%")
PAGE_SIZE = 20
"""Learn asks for the newest twenty, and shows no others."""


@dataclass(frozen=True)
class Action:
    """A list of the page: an action of its controller, with the parameters that the page's own script gives it."""

    id: str
    component: str
    content_type: str
    topic: str = ""
    newest_first: bool = True

    def as_json(self) -> Json:
        """The action as the form wants it."""
        order = {"sortFields": ["DateTime1"], "AscDesc": "DESC"} if self.newest_first else {}
        return {
            "id": self.id,
            "descriptor": "apex://CMSContentController/ACTION$fetchTopicPage",
            "callingDescriptor": f"markup://c:{self.component}",
            "params": {"contentType": self.content_type, "topicName": self.topic, "pageSize": PAGE_SIZE, "pageNumber": 0, **order},
        }


TOKENS_IN_TEXT = "the form wants two tokens that stand in the text of a page"
"""Why such a source is not low-code."""


def lists_of(page: str, form: str, *actions: Action) -> Reader:
    """Reads the lists of one page.

    :param page: path of the page, as its visitors see it.
    :param form: path and query of the POST that the page makes.
    """

    def read(stream: Stream, client: HttpClient, _reading: Reading) -> Iterator[Page]:
        yield read_lists(stream, client, page, form, actions)

    return read


def read_lists(stream: Stream, client: HttpClient, page: str, form: str, actions: tuple[Action, ...]) -> Page:
    """The content of all the lists of a page, as one page of records; what is in two of them comes once."""
    fwuid, app = _tokens(client, page)
    context = {
        "mode": "PROD",
        "fwuid": fwuid,
        "app": APP,
        "loaded": {f"APPLICATION@markup://{APP}": app},
        "dn": [],
        "globals": {},
        "uad": False,
    }
    message = {"actions": [action.as_json() for action in actions]}
    fields = {"message": _text(message), "aura.context": _text(context), "aura.pageURI": page, "aura.token": "null"}
    answer = client.post_form(client.url(form), fields, form)
    items = [item for action in actions for item in _content(client, answer, action)]
    records, rejects = split_records(stream, items, 1)
    by_key = {record.key: record for record in records}
    return Page(list(by_key.values()), rejects, None, None, 1)


def _text(value: Json) -> str:
    return orjson.dumps(value).decode()


def _tokens(client: HttpClient, page: str) -> tuple[str, str]:
    text = client.get(client.url(page), page).text
    found = [pattern.search(text) for pattern in (FRAMEWORK_TOKEN, APP_TOKEN)]
    if found[0] is None or found[1] is None:
        missing = " and ".join(name for name, match in zip(("fwuid", "the id of the application"), found, strict=True) if match is None)
        raise SchemaDrift(
            f"The page has no token any more: {missing}",
            source=client.source,
            where=page,
            sample=text[:300],
            what_to_do="Open the page: the site was rebuilt. Compare its own requests with include/sources/aura.py.",
        )
    return found[0][1], found[1][1]


def _content(client: HttpClient, answer: Any, action: Action) -> list[Any]:
    given = answer.get("actions") if isinstance(answer, dict) else None
    found = next((each for each in given or () if isinstance(each, dict) and each.get("id") == action.id), None)
    if found is not None and found.get("state") != "SUCCESS":
        raise UpstreamUnavailable(
            f"The action {action.id} ended as {found.get('state')}",
            source=client.source,
            where=action.content_type,
            sample=str(found.get("error")),
            what_to_do="Nothing at first: the task is tried again. If it stays, open the page: does it show its list?",
        )
    value = found.get("returnValue") if found else None
    content = value.get("content") if isinstance(value, dict) else None
    if not isinstance(content, list):
        raise SchemaDrift(
            f"The answer has no content for the action {action.id}",
            source=client.source,
            where=action.content_type,
            sample=str(answer)[:300],
            what_to_do="The site was changed: compare its own requests with include/sources/aura.py.",
        )
    return content
