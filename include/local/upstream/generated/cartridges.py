"""Generated Common Cartridges of Canvas, good ones and such as a stranger might put into the bucket (``sources.md`` 2.14)."""

from __future__ import annotations

import io
import stat
import zipfile
from xml.sax.saxutils import escape

MANIFEST = "imsmanifest.xml"
SETTINGS = "course_settings/course_settings.xml"
CONTEXT = "course_settings/context.xml"
XMLNS = 'xmlns="http://canvas.instructure.com/xsd/cccv1p0"'
HOSTILE = ("zip_bomb", "path_leaves_folder", "link", "broken_manifest", "entity_bomb", "no_settings")
"""Kinds of bad cartridges, by name; each is a good one with one thing wrong."""


def cartridge(settings: dict[str, str], context: dict[str, str], pages: dict[str, str], hostile: str = "") -> bytes:
    """A cartridge with these settings and pages; the same arguments give the same bytes."""
    members = {MANIFEST: _manifest(pages), SETTINGS: _xml("course", settings), CONTEXT: _xml("context_info", context), **pages}
    if hostile == "broken_manifest":
        members[MANIFEST] = members[MANIFEST][:-20]
    elif hostile == "entity_bomb":
        members[SETTINGS] = '<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><course><title>&b;</title></course>'
    elif hostile == "no_settings":
        del members[SETTINGS]
    elif hostile == "path_leaves_folder":
        members["web_resources/../../../etc/cron.d/course"] = "* * * * * root true"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(_member(name), text, zipfile.ZIP_DEFLATED)
        if hostile == "link":
            archive.writestr(_member("web_resources/notes.txt", stat.S_IFLNK | 0o777), "/etc/passwd")
        if hostile == "zip_bomb":
            archive.writestr(_member("web_resources/zeros.bin"), bytes(64 * 2**20), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def settings_of(body: bytes) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Settings, context and pages of a cartridge that ``cartridge`` made."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    settings, context = (_leaves(texts.pop(name, "")) for name in (SETTINGS, CONTEXT))
    texts.pop(MANIFEST, None)
    return settings, context, texts


def _member(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=(2024, 1, 1, 0, 0, 0))
    member.external_attr = mode << 16
    return member


def _manifest(pages: dict[str, str]) -> str:
    resources = "".join(f'<resource identifier="r{number}" type="webcontent" href="{name}"/>' for number, name in enumerate(pages))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest identifier="m"><resources>{resources}</resources></manifest>\n'


def _xml(root: str, fields: dict[str, str]) -> str:
    lines = "".join(f"  <{name}>{escape(value)}</{name}>\n" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {XMLNS}>\n{lines}</{root}>\n'


def _leaves(text: str) -> dict[str, str]:
    from defusedxml.ElementTree import fromstring

    root = fromstring(text.encode())
    return {child.tag.rsplit("}", 1)[-1]: child.text or "" for child in root}
