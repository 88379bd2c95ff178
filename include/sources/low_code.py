"""A source that is nothing but a manifest: ``manifests/<key>.yaml``, the format of Airbyte's connector builder.

What the builder has no place for stands under ``metadata.learn``: ::

    metadata:
      learn:
        title: MIT xPRO
        group: catalog             # or news; the default is catalog
        streams:
          courses:
            html_fields: {clean: [description], text: [title]}   # by policy; `*` stands for every item of a list
            volatile: [fetched_at]                               # left out of the content hash
            complete_read: true
            removed_after: 1                                     # complete reads in a row without a record, after which it is gone
            may_be_empty: false
            pages: drf                                           # pages of Django REST framework, which must add up to their count

A stream's key is its ``primary_key``, and its ``schema_loader`` says what a record must be. The CDK that runs a manifest is imported only
when it is read: that takes seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from include.sources.airbyte_server import AirbyteServer, read_synced_stream
from include.sources.base import Group, OwnConnection, Page, Reading, Stream, TextField, TextPolicy, text_at
from include.sources.http import HttpClient
from include.sources.json_schema import JsonSchema
from include.sources.keys import text_key

MANIFESTS = Path(__file__).parent / "manifests"


@dataclass(frozen=True)
class LowCodeSource(OwnConnection):
    """A source read by a manifest, which finds in its config: ``base_url`` and ``api_key``, and the extras of the connection."""

    key: str
    title: str
    streams: tuple[Stream, ...]
    manifest: Path
    group: Group = "catalog"

    def pages(self, stream: Stream, client: HttpClient | AirbyteServer, reading: Reading) -> Iterator[Page]:
        """Records in pages of ``PAGE_RECORDS``; an interrupted read starts over (the cursor is always None).

        :param client: an ``AirbyteServer`` where the connection names one of its connections: then that syncs, and not the manifest.
        """
        if isinstance(client, AirbyteServer):
            return read_synced_stream(client, stream, reading.limit)
        config = {**client.settings, "base_url": client.base_url.rstrip("/"), "api_key": client.api_key or ""}
        return _reader()(self.manifest, config, stream, client, reading.limit)


def read_source(path: Path) -> LowCodeSource:
    """The source that a manifest declares. ValueError, naming the file, when something that we need is missing."""
    manifest = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    try:
        learn = manifest["metadata"]["learn"]
        facts = learn.get("streams") or {}
        streams = tuple(_stream(_resolved(declared, manifest), facts) for declared in manifest["streams"])
        return LowCodeSource(path.stem, learn["title"], streams, path, learn.get("group", "catalog"))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} does not declare a source: {error!r}; include/sources/low_code.py says what is needed") from error


def _stream(declared: Mapping[str, Any], facts: Mapping[str, Any]) -> Stream:
    name, own = declared["name"], facts.get(declared["name"], {})
    unknown = own.keys() - {"html_fields", "volatile", "complete_read", "removed_after", "may_be_empty", "pages"}
    if unknown:
        raise ValueError(f"stream {name} has unknown facts: {', '.join(sorted(unknown))}")
    keys = declared["primary_key"] if isinstance(declared["primary_key"], list) else [declared["primary_key"]]
    return Stream(
        name=name,
        key_of=text_key(*keys),
        record_model=JsonSchema(declared["schema_loader"]["schema"]),
        html_fields=tuple(_text_fields(own.get("html_fields") or {})),
        volatile=tuple(tuple(place.split(".")) for place in own.get("volatile", ())),
        complete_read=own.get("complete_read", True),
        removed_after=own.get("removed_after", 1),
        may_be_empty=own.get("may_be_empty", False),
        pages=own.get("pages"),
    )


def _text_fields(by_policy: Mapping[TextPolicy, list[str]]) -> Iterator[TextField]:
    for policy, places in by_policy.items():
        for place in places:
            yield text_at(place, policy)


def _resolved(value: Any, manifest: Mapping[str, Any]) -> Any:
    """``value`` with each ``$ref`` replaced by what it points to; members beside a ``$ref`` win, as in the CDK."""
    if isinstance(value, list):
        return [_resolved(item, manifest) for item in value]
    if not isinstance(value, dict):
        return value
    members = {name: _resolved(member, manifest) for name, member in value.items() if name != "$ref"}
    if "$ref" not in value:
        return members
    found: Any = manifest
    for step in cast(str, value["$ref"]).removeprefix("#/").split("/"):
        found = found[step]
    return {**_resolved(found, manifest), **members}


def _reader() -> Callable[..., Iterator[Page]]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    from include.sources.airbyte import read_manifest_stream

    root.handlers[:], root.level = handlers, level  # the CDK makes itself the root logger of whoever imports it
    return read_manifest_stream
