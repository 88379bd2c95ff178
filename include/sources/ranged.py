"""An S3 object as a file: what is read is fetched in ranges, so that a large object costs only the places that are looked at."""

from __future__ import annotations

import io
from typing import Any

from botocore.exceptions import ClientError

BLOCK_BYTES = 256 * 2**10
CHANGED = (404, 412)
"""The object is gone, or it is not the version that was listed."""


class ObjectChanged(Exception):
    """The object is not the one that was listed any more; the next listing says what it is."""


class TooMuchRead(ValueError):
    """More was read of the object than whoever opened it allowed."""


class RangedObject(io.RawIOBase):
    """One version of an object, seekable. ``BufferedReader`` around it reads blocks of ``BLOCK_BYTES``.

    :param etag: the version; another one raises ObjectChanged.
    :param budget: bytes that may be fetched in all.
    """

    def __init__(self, s3: Any, bucket: str, key: str, etag: str, size: int, budget: int | None = None) -> None:
        super().__init__()
        self.s3, self.bucket, self.key, self.etag, self.size, self.budget = s3, bucket, key, etag, size, budget
        self.fetched = self.requests = 0
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; nothing is fetched."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from one range of the object."""
        wanted = min(len(buffer), self.size - self._at)
        if wanted <= 0:
            return 0
        self.fetched += wanted
        self.requests += 1
        if self.budget is not None and self.fetched > self.budget:
            raise TooMuchRead(f"more than {self.budget} bytes had to be read")
        try:
            answer = self.s3.get_object(
                Bucket=self.bucket, Key=self.key, Range=f"bytes={self._at}-{self._at + wanted - 1}", IfMatch=f'"{self.etag}"'
            )
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in CHANGED:
                raise ObjectChanged(self.key) from error
            raise
        body: bytes = answer["Body"].read()
        buffer[: len(body)] = body
        self._at += len(body)
        return len(body)


def opened(ranged: RangedObject) -> io.BufferedReader:
    """The object as a buffered file."""
    return io.BufferedReader(ranged, BLOCK_BYTES)
