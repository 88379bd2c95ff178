"""Cartridges: what is read of a good one, and that each kind of hostile one is refused with its reason."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest

from include.sources.imscc import BadCartridge, Cartridge, CartridgeLimits, leaves

SETTINGS = "course_settings/course_settings.xml"
GOOD = {"imsmanifest.xml": "<manifest/>", SETTINGS: '<course xmlns="x"><title> A course </title><nested><a>1</a></nested></course>'}
SMALL = CartridgeLimits(members=10, unpacked_bytes=10 * 2**20, read_bytes=1_000)


def packed(members: dict[str, str | bytes], change: Callable[[zipfile.ZipFile], None] | None = None) -> bytes:
    """A zip of these members, and what ``change`` adds."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
        if change:
            change(archive)
    return buffer.getvalue()


def link(archive: zipfile.ZipFile) -> None:
    member = zipfile.ZipInfo("web_resources/link")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(member, "/etc/passwd")


def twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("imsmanifest.xml", "<other/>")


def opened(body: bytes, limits: CartridgeLimits = SMALL) -> Cartridge:
    return Cartridge(io.BytesIO(body), len(body), limits)


def test_a_good_cartridge_gives_texts_and_their_leaves() -> None:
    text, root = opened(packed(GOOD)).xml(SETTINGS)
    assert text == GOOD[SETTINGS]
    assert leaves(root) == {"title": "A course"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no zip at all", "not a zip"),
        (packed(GOOD)[:-30], "not a zip"),
        (packed(GOOD | {"../../etc/cron.d/x": "x"}), "leaves the folder"),
        (packed(GOOD | {"web_resources/../../x": "x"}), "leaves the folder"),
        (packed(GOOD | {"/etc/passwd": "x"}), "not a relative path"),
        (packed(GOOD | {"C:/windows/x": "x"}), "not a relative path"),
        (packed(GOOD | {"a\\..\\x": "x"}), "not a relative path"),
        (packed(GOOD, link), "link"),
        (packed(GOOD, twice), "twice"),
        (packed(GOOD | {"bomb": b"\0" * 2 * 2**20}), "times its size"),
        (packed(GOOD | {str(number): "x" for number in range(10)}), "12 members"),
    ],
)
def test_a_hostile_cartridge_is_refused_and_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(BadCartridge, match=reason):
        opened(body)


def test_a_cartridge_that_would_fill_the_disk_is_refused() -> None:
    with pytest.raises(BadCartridge, match="unpack to more"):
        opened(packed(GOOD), CartridgeLimits(unpacked_bytes=10))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("<course><title>", "broken"),
        ('<!DOCTYPE c [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><c>&c;</c>', "broken: EntitiesForbidden"),
        ('<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/passwd">]><c>&a;</c>', "broken: EntitiesForbidden"),
        ("<course>" + "x" * 2_000 + "</course>", "larger than 1000"),
        (b"\xff\xfe\xff", "not UTF-8"),
    ],
)
def test_a_member_that_cannot_be_trusted_is_refused(settings: str | bytes, reason: str) -> None:
    with pytest.raises(BadCartridge, match=reason):
        opened(packed({**GOOD, SETTINGS: settings})).xml(SETTINGS)


def test_a_member_whose_size_was_lied_about_is_not_read_beyond_its_limit() -> None:
    body = packed({**GOOD, SETTINGS: "y" * 900})
    lying = body.replace(struct.pack("<I", 900), struct.pack("<I", 90))
    with pytest.raises(BadCartridge, match=SETTINGS):
        opened(lying).xml(SETTINGS)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [("<manifest>", "broken"), ("<html/>", "it is a 'html'"), ("", "broken"), ('<!DOCTYPE m [<!ENTITY a "b">]><manifest/>', "Entities")],
)
def test_a_broken_manifest_is_refused(manifest: str, reason: str) -> None:
    opened(packed(GOOD)).check_xml("imsmanifest.xml", "manifest")
    with pytest.raises(BadCartridge, match=reason):
        opened(packed({**GOOD, "imsmanifest.xml": manifest})).check_xml("imsmanifest.xml", "manifest")


def test_a_missing_member_is_named() -> None:
    with pytest.raises(BadCartridge, match=r"has no course_settings/context\.xml"):
        opened(packed(GOOD)).xml("course_settings/context.xml")
