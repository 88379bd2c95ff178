"""RSS in the sandbox: an item is a dict of its elements by name, ``@`` before attributes, ``#text`` for what stands inside."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from include.local.upstream.answers import Facts, Render
from include.local.upstream.generated.common import Json
from include.warehouse.derive.xml import decode_xml, local_name, parse_xml

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
CREATOR = "http://purl.org/dc/elements/1.1/"
NAMESPACES = {"itunes": ITUNES, "content": CONTENT, "dc": CREATOR}


def rss(channel: Json, *, without: tuple[str, ...] = ()) -> Render:
    """An RSS document of the channel with the records as its items; fields ``without`` are not in it."""
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())

    def render(records: Iterator[Json], facts: Facts) -> Iterator[bytes]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{names}><channel>'.encode()
        yield "".join(map(_element, channel, channel.values())).encode()
        for record in records:
            inner = "".join(_element(name, value) for name, value in record.items() if name not in without)
            yield f"<item>{inner}</item>\n".encode()
        yield b"</channel></rss>"

    return render


def _element(name: str, value: object) -> str:
    """An element, or several of the same name for a list."""
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    facts = value if isinstance(value, dict) else {"#text": value}
    attributes = "".join(f" {key[1:]}={quoteattr(str(given))}" for key, given in facts.items() if key.startswith("@"))
    inner = "".join(_element(key, given) for key, given in facts.items() if key[0] not in "@#")
    return f"<{name}{attributes}>{escape(str(facts.get('#text', '')))}{inner}</{name}>"


def recorded_channel(body: bytes) -> tuple[Json, list[Json]]:
    """What a recorded document says of itself, and its items."""
    channel = parse_xml(decode_xml(body))[0]
    items = [_children(item) for item in channel if local_name(item) == "item"]
    return {name: value for name, value in _children(channel).items() if name != "item"}, items


def _children(parent: etree._Element) -> Json:
    found: Json = {}
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        name = f"{child.prefix}:{local_name(child)}" if child.prefix else local_name(child)
        value: Json = {f"@{key}": value for key, value in child.attrib.items() if key[0] != "{"}
        value |= {"#text": (child.text or "").strip()} | (_children(child) if len(child) else {})
        if name in found:
            before = found[name]
            found[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            found[name] = value
    return found
