"""RSS and Atom documents as records: one for the feed, one for each of its items.

feedparser reads what feeds write in many ways (dates, authors, content); what our rules name by its element (sources.md 2.11) comes
from the element itself, as feedparser mixes some (a description after an itunes:summary becomes content). feedparser gets a stream of
bytes and never an address. A document is read whole or not at all.
"""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
from lxml import etree

from include.errors import IncompletePage, SchemaDrift
from include.sources.base import Expansion, Json
from include.warehouse.derive.xml import local_name, parse_xml, plain_bytes, pretty_xml

ROOTS = ("rss", "feed", "RDF")
ITEMS = ("item", "entry")
DOCUMENT = "document"
"""Where a landed record has the text of the document, as it came. What else it has is passed on to the record of the feed."""
XML_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def rss_records(key: str, landed: Json) -> Iterator[tuple[str, Json]]:
    """The feed under the key of the document, and each item under that key with its own id behind it.

    The feed: ``{"kind": "feed", "feed": {...}, "items": [keys in the order of the document], ...}`` with what was landed beside the
    document. An item: ``{"kind": "item", "parent": key of the feed, "item": {...}}``.
    """
    feed, items = parse_feed(str(landed[DOCUMENT]))
    keyed = [(f"{key}{item['id'] or f'#{position}'}", item) for position, item in enumerate(items, start=1)]
    beside = {name: value for name, value in landed.items() if name != DOCUMENT}
    yield key, {**beside, "kind": "feed", "feed": feed, "items": list(dict.fromkeys(item_key for item_key, _ in keyed))}
    for item_key, item in keyed:
        yield item_key, {"kind": "item", "parent": key, "item": item}


RSS_RECORDS = Expansion(rss_records, version=1)


def parse_feed(document: str) -> tuple[Json, list[Json]]:
    """The facts of a feed, and of its items in their order.

    :raises SourceError: the document is cut, is no feed, or has what is not opened (``parse_xml``).
    """
    root = whole_feed(document)
    elements = [element for element in root.iter() if local_name(element) in ITEMS]
    parsed = feedparser.parse(
        BytesIO(plain_bytes(document)), sanitize_html=False, resolve_relative_uris=False, response_headers=dict(XML_HEADERS)
    )
    if len(parsed.entries) != len(elements):
        raise IncompletePage(
            f"The document has {len(elements)} items, {len(parsed.entries)} were read",
            sample=document[:300],
            what_to_do="The parser left some out: look at the document in the landing, and adapt include/warehouse/derive/rss.py.",
        )
    return _feed(root, parsed.feed), [_item(element, entry) for element, entry in zip(elements, parsed.entries, strict=True)]


def whole_feed(document: str) -> etree._Element:
    """The root of a document that is whole and a feed; a source asks this before it lands the document. Errors as `parse_feed`."""
    root = parse_xml(document)
    if local_name(root) not in ROOTS:
        raise SchemaDrift(
            f"The document is no feed: its root is <{local_name(root)}>",
            sample=document[:300],
            what_to_do="Open the address: the feed has moved, or is a page now. Correct the address where it is configured.",
        )
    return root


def _feed(root: etree._Element, feed: Any) -> Json:
    channel = next((element for element in root if local_name(element) == "channel"), root)
    image = feed.get("image") or {}
    return {
        "title": _own_text(channel, "title"),
        "subtitle": feed.get("subtitle"),
        "description": _own_text(channel, "description"),
        "link": feed.get("link"),
        "language": feed.get("language"),
        "image": {"href": image.get("href"), "title": image.get("title")},
        "itunes_image": _image_href(channel),
        "new_feed_url": _itunes_text(channel, "new-feed-url"),
    }


def _item(element: etree._Element, entry: Any) -> Json:
    enclosure = next((child for child in element if local_name(child) == "enclosure" and child.get("url")), None)
    audio = enclosure.get("url") if enclosure is not None else None
    return {
        "id": entry.get("id") or _own_text(element, "link") or audio,
        "guid": _own_text(element, "guid"),
        "title": _own_text(element, "title"),
        "link": _own_text(element, "link"),
        "entry_link": entry.get("link"),
        "description": _own_text(element, "description"),
        "summary": entry.get("summary"),
        "content": [content["value"] for content in entry.get("content", ())],
        "authors": [author["name"] for author in entry.get("authors", ()) if author.get("name")],
        "tags": [tag["term"] for tag in entry.get("tags", ()) if tag.get("term")],
        "published": _moment(entry.get("published_parsed")),
        "updated": _moment(entry.get("updated_parsed")),
        "enclosure_url": audio,
        "duration": _itunes_text(element, "duration"),
        "image": _image_href(element),
        "xml": pretty_xml(element),
    }


def _own_text(parent: etree._Element, name: str) -> str | None:
    """The text of the first child of that name without a prefix (not ``media:title``) that has one."""
    return _first_text(child for child in parent if local_name(child) == name and child.prefix is None)


def _itunes_text(parent: etree._Element, name: str) -> str | None:
    return _first_text(child for child in parent if local_name(child) == name and child.prefix is not None)


def _first_text(elements: Iterator[etree._Element]) -> str | None:
    texts = ("".join(element.itertext()).strip() for element in elements)
    return next((text for text in texts if text), None)


def _image_href(parent: etree._Element) -> str | None:
    return next((str(child.get("href")) for child in parent if local_name(child) == "image" and child.get("href")), None)


def _moment(parsed: Any) -> str | None:
    """feedparser's time is UTC already."""
    return datetime.fromtimestamp(timegm(parsed), UTC).isoformat() if parsed else None
