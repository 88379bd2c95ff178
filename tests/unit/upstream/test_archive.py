"""Archives that are refused, before anything of them is written."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from include.local.upstream.archive import ArchiveLimits, BadArchive, check_archive


def archive(path: Path, *members: tarfile.TarInfo | tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                tar.addfile(info, io.BytesIO(member[1]))
    return path


def link(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def test_courses_of_a_good_archive(tmp_path: Path) -> None:
    folder = tarfile.TarInfo("./courses/b")
    folder.type = tarfile.DIRTYPE
    good = archive(tmp_path / "a.tar.gz", folder, ("./courses/b/data.json", b"{}"), ("courses/a/pages/x/data.json", b"{}"))
    assert check_archive(good) == ("b", "a")


@pytest.mark.parametrize(
    "name",
    [
        "/courses/a/data.json",
        "courses/../../etc/passwd",
        "courses/a/../b/data.json",
        "other/a/data.json",
        "courses/data.json",
        "courses/a\\..\\b/data.json",
        "courses/a/da\nta.json",
        "courses/a/" + "x" * 1100,
    ],
)
def test_names_outside_a_course(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadArchive, match="not a path under courses"):
        check_archive(archive(tmp_path / "a.tar.gz", ("courses/a/data.json", b"{}"), (name, b"x")))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(BadArchive, match="a link, a device"):
        check_archive(archive(tmp_path / "a.tar.gz", link("courses/a/data.json", kind)))


def test_the_same_name_twice(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="twice"):
        check_archive(archive(tmp_path / "a.tar.gz", ("courses/a/data.json", b"1"), ("./courses/a/data.json", b"2")))


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (ArchiveLimits(entries=1), "entries"),
        (ArchiveLimits(entry_bytes=10), "larger"),
        (ArchiveLimits(total_bytes=150), "larger"),
    ],
)
def test_too_much(tmp_path: Path, limits: ArchiveLimits, says: str) -> None:
    members = [(f"courses/a/{number}.json", b"x" * 100) for number in range(2)]
    with pytest.raises(BadArchive, match=says):
        check_archive(archive(tmp_path / "a.tar.gz", *members), limits)


def test_bomb(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "a.tar.gz", *((f"courses/a/{number}", bytes(2**23)) for number in range(12)))
    assert bomb.stat().st_size < 2**20
    with pytest.raises(BadArchive, match="larger than is allowed once decompressed"):
        check_archive(bomb, ArchiveLimits(ratio=50))


@pytest.mark.parametrize(
    "content",
    [b"not gzip", gzip.compress(b"not tar" * 200), gzip.compress(b"x" * 5000)[:-20], b""],
    ids=["not gzip", "not tar", "cut", "empty"],
)
def test_not_an_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(content)
    with pytest.raises(BadArchive):
        check_archive(path)


def test_no_file_and_no_courses(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="no file"):
        check_archive(tmp_path / "none.tar.gz")
    with pytest.raises(BadArchive, match="no courses"):
        check_archive(archive(tmp_path / "a.tar.gz"))
