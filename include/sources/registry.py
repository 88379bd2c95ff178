"""Every source of the product, by its key. A new source is one more line here."""

from __future__ import annotations

from include.sources.base import Source, Stream, find_stream
from include.sources.mitxonline import Mitxonline
from include.sources.ocw import Ocw
from include.sources.xpro import XPRO

SOURCES: dict[str, Source] = {source.key: source for source in (Mitxonline(), XPRO, Ocw())}


def stream_names() -> list[tuple[str, str]]:
    """(source key, stream name) of everything that is loaded into the warehouse."""
    return [(source.key, stream.name) for source in SOURCES.values() for stream in source.streams if not stream.internal]


def stream_of(source: str, stream: str) -> Stream:
    """The declaration of a stream. KeyError for one that does not exist: table names are made of known streams only."""
    return find_stream(SOURCES[source], stream)
