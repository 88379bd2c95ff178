"""The account that a bucket keeps of a feed: what it was filled from and what commands and archives have changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from botocore.exceptions import ClientError

from include.local.upstream.objects import ensure_bucket, list_units, put, unit_of


@dataclass
class Marker:
    """The bucket's account of itself. ``touched`` holds keys, and prefixes that end in ``/``."""

    ours: bool = False
    source: str = ""
    touched: list[str] = field(default_factory=list)

    def touch(self, *keys: str) -> None:
        """Note what has been changed."""
        self.touched = sorted({*self.touched, *keys})

    def is_touched(self, root: str, unit: str) -> bool:
        """Whether anything of this unit has been changed."""
        return any(key.startswith(root) and unit_of(root, key) == unit for key in self.touched)


class NotOurBucket(RuntimeError):
    """The bucket has units that this sandbox did not write: filling it would delete them."""


class Account:
    """Reads and writes the marker, an object outside the feed's root."""

    def __init__(self, s3: Any, bucket: str, root: str, key: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._root = root
        self._key = key

    def read(self) -> Marker:
        """The marker; a bucket without one has one that says that it is not ours."""
        try:
            return Marker(**orjson.loads(self._s3.get_object(Bucket=self._bucket, Key=self._key)["Body"].read()))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return Marker()

    def claim(self) -> Marker:
        """The marker; an empty bucket gets one first, so that a filling that is cut off is taken up again.

        A bucket with units and no marker might be a publisher's own, reached by a wrong setting.

        :raises NotOurBucket: then.
        """
        ensure_bucket(self._s3, self._bucket)
        marker = self.read()
        if not marker.ours:
            if next(list_units(self._s3, self._bucket, self._root), None) is not None:
                told = f"the bucket {self._bucket} has objects under {self._root} that are not of this sandbox; name another"
                raise NotOurBucket(told)
            marker.ours = True
            self.keep(marker)
        return marker

    def keep(self, marker: Marker) -> None:
        """Write the marker."""
        put(self._s3, self._bucket, self._key, orjson.dumps(asdict(marker)))

    def touch(self, *keys: str) -> None:
        """Note what has been changed."""
        marker = self.read()
        marker.touch(*keys)
        self.keep(marker)
