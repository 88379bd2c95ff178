"""Every source of the product, by its key. Nothing is registered: a manifest in `manifests/`, or a module in `feeds/`, is a source."""

from __future__ import annotations

import importlib
import pkgutil

from include.sources import feeds
from include.sources.base import Group, Source, Stream, find_stream
from include.sources.low_code import MANIFESTS, read_source


def _discover() -> dict[str, Source]:
    modules = [importlib.import_module(f"{feeds.__name__}.{found.name}") for found in pkgutil.iter_modules(feeds.__path__)]
    found: list[Source] = [module.SOURCE for module in modules]
    found += [read_source(path) for path in sorted(MANIFESTS.glob("*.yaml"))]
    by_key = {source.key: source for source in sorted(found, key=lambda source: source.key)}
    if len(by_key) < len(found):
        raise ValueError(f"two sources have the same key: {sorted(source.key for source in found)}")
    return by_key


SOURCES: dict[str, Source] = _discover()


def sources_of(group: Group) -> list[Source]:
    """The sources that feed the catalogue, the news, or the counts of views."""
    return [source for source in SOURCES.values() if source.group == group]


def stream_names() -> list[tuple[str, str]]:
    """(source key, stream name) of everything that is loaded into the warehouse."""
    return [(source.key, stream.name) for source in SOURCES.values() for stream in source.streams if not stream.internal]


def stream_of(source: str, stream: str) -> Stream:
    """The declaration of a stream. KeyError for one that does not exist: table names are made of known streams only."""
    return find_stream(SOURCES[source], stream)
