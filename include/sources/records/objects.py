"""What a listing of a bucket says of an object."""

from __future__ import annotations

from typing import Required

from pydantic import RootModel
from typing_extensions import TypedDict

from include.sources.records.types import Moment


class ListedObject(TypedDict, total=False):
    """A line of the bucket's listing."""

    key: Required[str]
    etag: Required[str]
    last_modified: Required[Moment]
    size: Required[int]


class ObjectLine(RootModel[ListedObject]):
    """A line of a listing that can be used."""
