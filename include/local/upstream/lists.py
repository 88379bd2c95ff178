"""Feeds that are one list and nothing else, by the way it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from include.local.upstream.answers import numbered_page
from include.local.upstream.aura import aura_routes, rows_of_actions
from include.local.upstream.feed import NUMBERED, Feed, Stream
from include.local.upstream.generated.common import Json


def numbered_feed(key: str, title: str, path: str, size: int, stream: Stream) -> Feed:
    """Pages of so many records, asked for by number until one is empty."""
    return Feed(
        key,
        title,
        (replace(stream, traits=NUMBERED),),
        routes=lambda site: [site.get(path, stream.name, numbered_page(stream.name, size))],
    )


def aura_feed(key: str, title: str, page: str, action_of: Callable[[Json], str], stream: Stream) -> Feed:
    """A page of Salesforce for its tokens, then a form; ``action_of`` as for `aura_routes`."""
    return Feed(key, title, (replace(stream, parse=rows_of_actions),), routes=aura_routes(page, stream.name, action_of))
