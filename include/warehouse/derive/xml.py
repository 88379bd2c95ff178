"""XML of strangers: parsed without entities, DTDs or a network, and written the way that Learn keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape, quoteattr

import defusedxml.ElementTree
from defusedxml import DefusedXmlException
from lxml import etree

from include.errors import RefusedDocument, SchemaDrift, UpstreamUnavailable

SAMPLE_CHARACTERS = 300
_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_ENCODING = re.compile(rb"\A\s*<\?xml\s[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def decode_xml(body: bytes) -> str:
    """The text of an XML document, by its byte order mark or declaration, else UTF-8. A text that it is not is `SchemaDrift`."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        declared = _ENCODING.match(body.removeprefix(b"\xef\xbb\xbf"))
        encoding = declared.group(1).decode() if declared else "utf-8-sig"
    if encoding.lower() == "utf-8":
        encoding = "utf-8-sig"
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise SchemaDrift(
            f"The document is not the text that it says it is: {error}",
            sample=body[:SAMPLE_CHARACTERS].decode("utf-8", "replace"),
            what_to_do="Ask the publisher: the encoding in the first line is not the one that was used.",
        ) from error


def parse_xml(text: str) -> etree._Element:
    """The root of a whole, well-formed document.

    :raises RefusedDocument: it has a DOCTYPE or an entity; nothing of it was expanded.
    :raises UpstreamUnavailable: it ends too early, or is not well-formed: never a part of it.
    """
    body = plain_bytes(text)
    try:
        defusedxml.ElementTree.fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise RefusedDocument(
            f"The document has a DOCTYPE or an entity, which is not opened ({type(error).__name__})",
            sample=text[:SAMPLE_CHARACTERS],
            what_to_do="Open the address: it is a web page in place of a feed, or an attack. A feed needs neither.",
        ) from error
    except ParseError as error:
        raise UpstreamUnavailable(
            f"The XML is cut or not well-formed: {error}",
            sample=text[-SAMPLE_CHARACTERS:],
            what_to_do="Nothing at first: a cut document is read again. If it stays, tell the publisher the line and column.",
        ) from error
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))


def plain_bytes(text: str) -> bytes:
    """The document in UTF-8, without a declaration that may name another encoding, from its first tag on."""
    return _DECLARATION.sub("", text).strip().encode("utf-8", "surrogatepass")


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; '' for a comment or an instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def pretty_xml(element: etree._Element) -> str:
    """An element on lines of its own, a blank deeper per level, attributes in the order of their names: as Learn has always kept it."""
    return "".join(f"{line}\n" for line in _lines(element, 0))


def _lines(element: etree._Element, depth: int) -> Iterator[str]:
    indent = " " * depth
    if not isinstance(element.tag, str):
        if element.tag is etree.Comment:
            yield f"{indent}<!--{element.text}-->"
        return
    name = f"{element.prefix}:{local_name(element)}" if element.prefix else local_name(element)
    opening = name + "".join(f" {key}={quoteattr(value)}" for key, value in sorted(_attributes(element)))
    text = (element.text or "").strip()
    if not text and not len(element):
        yield f"{indent}<{opening}/>"
        return
    yield f"{indent}<{opening}>"
    if text:
        yield f"{indent} {escape(text)}"
    for child in element:
        yield from _lines(child, depth + 1)
        if child.tail and child.tail.strip():
            yield f"{indent} {escape(child.tail.strip())}"
    yield f"{indent}</{name}>"


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items() if prefix}
    for key, value in element.attrib.items():
        parsed = etree.QName(str(key))
        prefix = "xml" if parsed.namespace == "http://www.w3.org/XML/1998/namespace" else prefixes.get(str(parsed.namespace))
        yield (f"{prefix}:{parsed.localname}" if parsed.namespace and prefix else parsed.localname), str(value)
