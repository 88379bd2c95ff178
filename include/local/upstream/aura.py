"""Salesforce's community pages as far as their content lists go: a page with two tokens in it, and a POST that must bring them back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from urllib.parse import quote

import orjson
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from include.local.upstream.answers import Answer, Facts, Rows
from include.local.upstream.feed import World
from include.local.upstream.generated.common import Json
from include.local.upstream.site import Ask, Site

APP = "siteforce:communityApp"
OUT_OF_SYNC = b'/*-{"event":{"descriptor":"markup://aura:clientOutOfSync","eventDef":{}},"exceptionEvent":true}-*/'
"""What the server says, with 200, to a client whose framework is not the one that it runs."""


def aura_routes(page: str, stream: str, action_of: Callable[[Json], str]) -> Callable[[Site], list[Route]]:
    """The page ``/s/<page>`` and the POST behind it, which answers each action with its records.

    :param action_of: content type of the action that a record belongs to.
    """

    def routes(site: Site) -> list[Route]:
        return [
            site.get(f"/s/{page}", "page", _page),
            site.post("/s/sfsites/aura", stream, lambda ask: _actions(ask, stream, action_of)),
        ]

    return routes


def _token(world: World, name: str) -> str:
    """Another one each month, as they change with each release of the framework."""
    return hashlib.sha256(f"{world.seed}:{name}:{world.now:%Y-%m}".encode()).hexdigest()[:40]


def _page(ask: Ask) -> Response:
    context = {
        "mode": "PROD",
        "fwuid": _token(ask.world, "fwuid"),
        "app": APP,
        "loaded": {f"APPLICATION@markup://{APP}": _token(ask.world, "app")},
    }
    encoded = quote(orjson.dumps(context).decode(), safe="")
    return HTMLResponse(f"<!DOCTYPE html><html><head><script src='/s/sfsites/l/{encoded}/app.js'></script></head><body></body></html>")


def _actions(ask: Ask, stream: str, action_of: Callable[[Json], str]) -> Answer | Response:
    if orjson.loads(ask.form.get("aura.context", "{}")).get("fwuid") != _token(ask.world, "fwuid"):
        return Response(OUT_OF_SYNC, media_type="application/json")
    asked = orjson.loads(ask.form["message"])["actions"]
    view = ask.view(stream)
    records: list[Json] = []
    for action in asked:
        wanted = [record for record in view.records(0, len(view)) if action_of(record) == action["params"]["contentType"]]
        records += wanted[: action["params"]["pageSize"]]

    def render(rows: Iterator[Json], facts: Facts) -> Iterator[bytes]:
        given = list(rows)
        answers = [
            {
                "id": action["id"],
                "state": "SUCCESS",
                "returnValue": {
                    "baseURL": "https://exec.mit.edu",
                    "content": [row for row in given if action_of(row) == action["params"]["contentType"]],
                },
                "error": [],
            }
            for action in asked
        ]
        yield orjson.dumps({"actions": answers, "context": {"mode": "PROD", "app": APP}, "perfSummary": {"version": "core"}})

    return Answer(Rows(records), render=render)


def rows_of_actions(body: bytes) -> list[Json]:
    """The records of a recorded answer to a POST, or of one recorded record."""
    content = orjson.loads(body)
    if "actions" not in content:
        return [content]
    values = [action.get("returnValue") for action in content["actions"]]
    return [record for value in values if isinstance(value, dict) for record in value["content"]]
