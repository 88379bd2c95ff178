"""A Common Cartridge (`.imscc`), which is a zip made by strangers: its table of contents checked, and a few small members read.

Nothing is unpacked. A cartridge that could harm whoever unpacks it later (a name that leaves the folder, a link, a bomb) is refused by
name here, before any step trusts it.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

MANIFEST = "imsmanifest.xml"
_ENCRYPTED = 0x1


class BadCartridge(ValueError):
    """The cartridge is refused; the message says why."""


@dataclass(frozen=True)
class CartridgeLimits:
    """What a cartridge may have. Courses of the publisher have some thousand files and some gigabytes of video."""

    members: int = 20_000
    unpacked_bytes: int = 32 * 2**30
    ratio: int = 200
    """Unpacked to packed, of a member above ``small_bytes``: text packs 20 times, a bomb more than a thousand times."""
    small_bytes: int = 2**20
    read_bytes: int = 2 * 2**20
    """Of a member that is kept."""
    manifest_bytes: int = 16 * 2**20
    """Of the manifest, which names every file."""


LIMITS = CartridgeLimits()


class Cartridge:
    """An open cartridge whose table of contents passed the checks. Closed by whoever opened the file."""

    def __init__(self, file: BinaryIO, size: int, limits: CartridgeLimits = LIMITS) -> None:
        """:raises BadCartridge: it is not a zip, or one of its names or sizes is not allowed."""
        self.limits = limits
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise BadCartridge(f"is not a zip that can be read: {error}") from error
        self.members = {member.filename: member for member in self._checked(self._zip.infolist(), size)}

    def xml(self, name: str) -> tuple[str, Element]:
        """A member's text and its root element, read within its limit.

        :raises BadCartridge: it is missing, too large, damaged, or not XML; external entities and entity bombs are not XML here.
        """
        body = self._read(name, self.limits.read_bytes)
        try:
            return body.decode("utf-8-sig"), fromstring(body)
        except UnicodeDecodeError as error:
            raise BadCartridge(f"{name} is not UTF-8") from error
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise BadCartridge(f"{name} is broken: {type(error).__name__} {error}".rstrip()) from error

    def check_xml(self, name: str, root: str) -> None:
        """Read a member that may be long to its end, keeping nothing of it.

        :raises BadCartridge: it is missing, too large, not XML, or its root element is another one.
        """
        source = io.BytesIO(self._read(name, self.limits.manifest_bytes))
        found = ""
        try:
            for event, element in iterparse(source, events=("start", "end")):
                if event == "end":
                    element.clear()
                elif not found:
                    found = _local_name(element)
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise BadCartridge(f"{name} is broken: {type(error).__name__} {error}".rstrip()) from error
        if found != root:
            raise BadCartridge(f"{name} is broken: it is a {found!r}, not a {root!r}")

    def _checked(self, members: list[zipfile.ZipInfo], size: int) -> list[zipfile.ZipInfo]:
        limits = self.limits
        if len(members) > limits.members:
            raise BadCartridge(f"has {len(members)} members, {limits.members} are allowed")
        if len({member.filename for member in members}) != len(members):
            raise BadCartridge("has a name twice")
        if sum(member.compress_size for member in members) > size:
            raise BadCartridge("has members that overlap")
        if sum(member.file_size for member in members) > limits.unpacked_bytes:
            raise BadCartridge(f"would unpack to more than {limits.unpacked_bytes} bytes")
        for member in members:
            reason = self._reason(member)
            if reason:
                raise BadCartridge(f"member {member.filename[:200]!r} {reason}")
        return members

    def _reason(self, member: zipfile.ZipInfo) -> str | None:
        name = member.orig_filename
        if name.startswith("/") or "\\" in name or ":" in name.split("/", 1)[0] or any(ord(letter) < 32 for letter in name):
            return "has a name that is not a relative path"
        if ".." in name.split("/"):
            return "has a name that leaves the folder"
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            return "is a link or a device"
        if member.flag_bits & _ENCRYPTED:
            return "is encrypted"
        if member.file_size > self.limits.small_bytes and member.file_size > member.compress_size * self.limits.ratio:
            return f"unpacks to more than {self.limits.ratio} times its size"
        return None

    def _read(self, name: str, most: int) -> bytes:
        if name not in self.members:
            raise BadCartridge(f"has no {name}")
        try:
            with self._zip.open(self.members[name]) as member:
                body = member.read(most + 1)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise BadCartridge(f"{name} cannot be read: {error}") from error
        if len(body) > most:
            raise BadCartridge(f"{name} is larger than {most} bytes")
        return body


def leaves(root: Element) -> dict[str, str]:
    """Texts of the elements right below ``root`` that have no elements in them, by their name without namespace."""
    return {_local_name(child): (child.text or "").strip() for child in root if len(child) == 0}


def _local_name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
