"""Loads an archive of OCW courses (``courses/<slug>/**``, as in the live bucket) into the upstream bucket.

An archive comes from outside: names, sizes and kinds of all members are checked before the first object is written.
"""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from include.local.upstream.objects import Changes, Writer, ensure_bucket, list_unit, unit_of

ROOT = "courses/"


class BadArchive(ValueError):
    """The archive is refused; nothing of it has been written."""


@dataclass(frozen=True)
class ArchiveLimits:
    """What an archive may cost, in entries and bytes after decompression."""

    entries: int = 200_000
    entry_bytes: int = 64 * 2**20
    total_bytes: int = 4 * 2**30
    ratio: int = 200


LIMITS = ArchiveLimits()


@dataclass(frozen=True)
class LoadedArchive:
    """The courses of the archive, in its order, and what writing them came to."""

    courses: tuple[str, ...]
    changes: Changes


class _Limited:
    """A stream that refuses to give more than ``limit`` bytes: tar headers can be bombs, too."""

    def __init__(self, inner: BinaryIO | gzip.GzipFile, limit: int) -> None:
        self._inner = inner
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(size if 0 <= size <= self._left else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise BadArchive("the archive is larger than is allowed once decompressed")
        return data


@contextmanager
def _members(path: Path, limits: ArchiveLimits) -> Iterator[Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]]:
    allowed = min(limits.total_bytes, path.stat().st_size * limits.ratio + 2**20)
    try:
        with gzip.open(path) as plain:
            limited: Any = _Limited(plain, allowed)
            with tarfile.open(fileobj=limited, mode="r|") as tar:
                yield ((tar, member) for member in tar)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError) as error:
        raise BadArchive(f"{path.name} is not a readable tar.gz: {error}") from error


def _checked_key(member: tarfile.TarInfo) -> str:
    """The object key of a regular file; :raises BadArchive: for a name that leaves ``courses/<slug>/`` or is not canonical."""
    parts = PurePosixPath(member.name).parts
    key = "/".join(parts)
    wrong = member.name.startswith("/") or ".." in parts or len(parts) < 3 or parts[0] != "courses" or "\\" in key
    if wrong or any(ord(letter) < 32 for letter in key) or len(key.encode()) > 1024:
        raise BadArchive(f"{member.name[:200]!r} is not a path under courses/<slug>/")
    return key


def check_archive(path: Path, limits: ArchiveLimits = LIMITS) -> tuple[str, ...]:
    """Read through the archive without writing anything and return its courses; :raises BadArchive: saying what is wrong."""
    total, courses, keys = 0, dict[str, None](), set[str]()
    if not path.is_file():
        raise BadArchive(f"there is no file {path}")
    with _members(path, limits) as members:
        for number, (_, member) in enumerate(members, start=1):
            if number > limits.entries:
                raise BadArchive(f"more than {limits.entries} entries")
            if member.isdir():
                continue
            if not member.isreg() or member.issparse():
                raise BadArchive(f"{member.name[:200]!r} is a link, a device or a sparse file")
            total += member.size
            if member.size > limits.entry_bytes or total > limits.total_bytes:
                raise BadArchive(f"{member.name[:200]!r} makes the archive larger than is allowed")
            key = _checked_key(member)
            if key in keys:
                raise BadArchive(f"{key!r} is in the archive twice")
            keys.add(key)
            courses[unit_of(ROOT, key)] = None
    if not courses:
        raise BadArchive(f"{path.name} has no courses/<slug>/ in it")
    return tuple(courses)


def load_ocw_archive(s3: Any, bucket: str, path: Path | str, *, limits: ArchiveLimits = LIMITS) -> LoadedArchive:
    """Bring the archive's courses into the bucket, and nothing else of them: what the archive does not have is deleted.

    Objects that are the same already are not written again.

    :raises BadArchive: before anything is written.
    """
    archive = Path(path)
    courses = check_archive(archive, limits)
    ensure_bucket(s3, bucket)
    with Writer(s3, bucket) as writer:
        known = {key: etag for slug in courses for key, etag in list_unit(s3, bucket, ROOT, slug).items()}
        extra = set(known)
        with _members(archive, limits) as members:
            for tar, member in members:
                if not member.isreg():
                    continue
                key = _checked_key(member)
                content = tar.extractfile(member)
                extra.discard(key)
                writer.write(key, content.read() if content else b"", known)
        writer.prune(sorted(extra))
    return LoadedArchive(courses, writer.changes)
