"""Podcasts: a folder of YAML files in GitHub, one per show, and the RSS that each of them names (sources.md 2.11).

The folder is data that editors change without a release, so it stays where the present system reads it: the connection is GitHub's API,
and its extra ``feeds_path`` another repository, folder or branch. The shows are on many hosts: each is asked without our token, and one
that fails is told as unread while the others go on. The id of a show comes from the address that is configured, so a feed that moved,
and redirects, keeps it.
"""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import requests
import yaml

from include.errors import AuthError, IncompletePage, PipelineError, SchemaDrift
from include.sources.base import Json, Page, PythonSource, Reading, Record, Reject, Stream, Unread, text_at
from include.sources.http import HttpClient, as_rate_limit, same_host
from include.sources.payload import MAX_RECORD_BYTES, reject_of
from include.sources.records.podcast import PodcastRecord
from include.warehouse.derive.rss import DOCUMENT, ITEMS, RSS_RECORDS, whole_feed
from include.warehouse.derive.xml import decode_xml, local_name

log = logging.getLogger(__name__)

CONFIG_PATH = "/repos/mitodl/open-podcast-data/contents/podcasts?ref=master"
MIRROR = "mirror"
"""Extra ``mirror``: a place through which RSS is fetched, ``<mirror>/<host>/<path>``, where the hosts themselves are out of reach."""
RSS_ACCEPT = "application/rss+xml, application/atom+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"
MAX_DOCUMENT_BYTES = MAX_RECORD_BYTES * 3 // 4
PERMANENT = (301, 308)

FEEDS = Stream(
    name="feeds",
    key_of=lambda payload: f"{payload['file']}/",
    record_model=PodcastRecord,
    removed_after=3,
    html_fields=(text_at("feed.description", "links"), text_at("item.description", "links")),
    expand=RSS_RECORDS,
)


def _pages(stream: Stream, client: HttpClient, reading: Reading) -> Iterator[Page]:
    """A page per show, in the order of the files' names."""
    shows = _configured(replace(client, key_scheme="Bearer"), client.paths.get(stream.name, CONFIG_PATH))
    listener = replace(client, api_key=None)
    listener.session.headers["Accept"] = RSS_ACCEPT
    waiting = [name for name in shows if reading.cursor is None or name > reading.cursor["after"]]
    for number, name in enumerate(waiting[: reading.limit], start=1 + len(shows) - len(waiting)):
        config = shows[name]
        found = _read_show(listener, name, config) if isinstance(config, dict) else config
        yield Page(
            records=[found] if isinstance(found, Record) else [],
            rejects=[found] if isinstance(found, Reject) else [],
            cursor={"after": name},
            upstream_total=len(shows),
            number=number,
            unread=(found,) if isinstance(found, Unread) else (),
        )


def _configured(client: HttpClient, path: str) -> dict[str, Json | Reject | Unread]:
    """What each file of the folder configures, by the file's name: the whole folder, or an error."""
    try:
        listing = client.get_json(client.url(path), "the folder of shows")
    except AuthError as error:
        raise _typed_refusal(error) from error
    if not isinstance(listing, list):
        raise _no_listing(client, path, listing)
    try:
        files = {str(entry["name"]): str(entry["url"]) for entry in listing if str(entry["name"]).endswith((".yaml", ".yml"))}
    except (KeyError, TypeError) as error:
        raise _no_listing(client, path, listing) from error
    if not files:
        raise IncompletePage(
            "The folder of shows has no YAML file",
            source=client.source,
            where=path,
            what_to_do="Nothing is unpublished because of it. If the folder was moved, correct feeds_path in the connection.",
        )
    shows = {name: _config(client, name, url) for name, url in sorted(files.items())}
    return _without_doubles(shows)


def _no_listing(client: HttpClient, path: str, answer: Any) -> SchemaDrift:
    return SchemaDrift(
        "GitHub's answer is not the listing of a folder",
        source=client.source,
        where=path,
        sample=str(answer),
        what_to_do="Correct feeds_path in the extra of the connection: /repos/<owner>/<repository>/contents/<folder>?ref=<branch>.",
    )


def _typed_refusal(error: AuthError) -> PipelineError:
    """GitHub answers 403 for a used-up quota as well."""
    return as_rate_limit(
        error,
        ("rate limit",),
        "GitHub's quota for this hour is used up",
        "Nothing: the task is tried again. If it stays, put a GitHub token into the connection (password): 5000 an hour.",
    )


def _config(client: HttpClient, name: str, url: str) -> Json | Reject | Unread:
    try:
        answer = client.get_json(same_host(client.base_url, url), name)
    except PipelineError as error:
        return Unread.because(f"{name}/", _typed_refusal(error) if isinstance(error, AuthError) else error)
    try:
        text = b64decode(answer["content"])
        config = yaml.safe_load(text)
        address = urlsplit(config["rss_url"].strip())
    except (KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        return reject_of(f"is no configuration of a show: {type(error).__name__}: {error}", name, answer, f"{name}/")
    if address.scheme not in ("http", "https") or not address.hostname:
        return reject_of("has an rss_url that is no web address", name, config, f"{name}/")
    return {**config, "rss_url": address.geturl()}


def _without_doubles(shows: dict[str, Json | Reject | Unread]) -> dict[str, Json | Reject | Unread]:
    """Two files for one address would be one show with two records: the second is rejected."""
    first: dict[str, str] = {}
    for name, config in shows.items():
        if isinstance(config, dict):
            known = first.setdefault(config["rss_url"].split("//", 1)[1], name)
            if known != name:
                shows[name] = reject_of(f"has the rss_url of {known}", name, config, f"{name}/")
    return shows


def _read_show(client: HttpClient, name: str, config: Json) -> Record | Unread:
    address = config["rss_url"]
    try:
        answer = client.get(_through_mirror(client, address), address)
        document = decode_xml(answer.content)
        _check(document)
    except PipelineError as error:
        error.where = error.where or address
        return Unread.because(f"{name}/", error)
    moved_to = _moved_to(answer)
    if moved_to:
        log.warning("event=feed_moved source=podcast file=%s from=%s to=%s", name, address, moved_to)
    return Record(f"{name}/", {"file": name, "config": config, "moved_to": moved_to, DOCUMENT: document})


def _check(document: str) -> None:
    if len(document.encode()) > MAX_DOCUMENT_BYTES:
        raise SchemaDrift(
            f"The feed is larger than {MAX_DOCUMENT_BYTES} bytes: {len(document)} characters",
            what_to_do="Ask the publisher for a feed of fewer episodes (most hosts offer one).",
        )
    items = [element for element in whole_feed(document).iter() if local_name(element) in ITEMS]
    if not items:
        raise IncompletePage(
            "The feed has no episode at all", what_to_do="Nothing: what is known of this show stays, and it is asked again."
        )
    for name in ("title", "enclosure"):
        if not any(local_name(child) == name for item in items for child in item):
            raise SchemaDrift(
                f"No episode of the feed has a {name}",
                sample=document,
                what_to_do="Open the address: it is no podcast any more, or another format. Correct the rss_url of the show's file.",
            )


def _through_mirror(client: HttpClient, address: str) -> str:
    if MIRROR not in client.settings:
        return address
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return f"{client.url(client.settings[MIRROR]).rstrip('/')}/{parts.netloc}{parts.path}{query}"


def _moved_to(answer: requests.Response) -> str | None:
    """The address that the publisher redirects to for good."""
    moves: list[Any] = answer.history
    return str(answer.url) if moves and all(move.status_code in PERMANENT for move in moves) else None


SOURCE = PythonSource(
    key="podcast",
    title="Podcasts",
    streams=(FEEDS,),
    read=_pages,
    why_not_low_code="a show fails by itself, and RSS is landed as it came",
)
"""The source `podcast`. Key: an optional GitHub token; without one GitHub answers 60 requests an hour, and a run asks one per show."""
