"""Articles of an RSS feed of texts (Medium): an item's text as one document, and the picture that it begins with (sources.md 7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from include.sources.base import Expansion, Json
from include.warehouse.derive.rss import rss_records

_FRAME = re.compile(r"</?iframe\b[^>]*>", re.IGNORECASE)


def article_records(key: str, landed: Json) -> Iterator[tuple[str, Json]]:
    """The records of the feed; of an item, ``content`` is its whole text and ``image`` its first picture, ``{"url", "alt"}``."""
    for record_key, record in rss_records(key, landed):
        if record["kind"] == "item":
            text = next(iter(record["item"]["content"]), "")
            item = {name: value for name, value in record["item"].items() if name != "xml"}
            summary = item["summary"] and _without_frames(item["summary"])
            record = {**record, "item": {**item, "summary": summary, "content": _without_frames(text), "image": first_picture(text)}}
        yield record_key, record


ARTICLE_RECORDS = Expansion(article_records, version=1)


def _without_frames(text: str) -> str:
    """Without the tags of frames: what stands in one is then markup like the rest, and not text that shows its markup."""
    return _FRAME.sub("", text)


def first_picture(text: str) -> Json | None:
    """The picture that is the first child of the first figure."""
    figure = next(iter(etree.HTML(text).iter("figure")), None) if text.strip() else None
    if figure is None or (figure.text or "") or not len(figure) or figure[0].tag != "img":
        return None
    return {"url": figure[0].get("src"), "alt": figure[0].get("alt")}
