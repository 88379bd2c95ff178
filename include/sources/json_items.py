"""A JSON body item by item: a list of any length is never in memory as Python's objects all at once.

msgspec finds where each item of a list begins and ends without making objects of it, which neither json nor orjson does.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import msgspec
import requests
from airbyte_cdk.sources.declarative.decoders import Decoder

from include.sources.payload import parse_json

_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])


def items_of(body: bytes) -> Iterator[bytes]:
    """The bytes of each item of a list; of anything else, also of what only a lenient parser reads, the body itself."""
    try:
        items = _ITEMS.decode(body)
    except msgspec.MsgspecError:
        yield body
        return
    for item in items:
        yield bytes(item)


class ItemsDecoder(Decoder):
    """In the place of the CDK's ``JsonDecoder``, for answers that are not paged: the same items, one by one."""

    def __init__(self, **_: Any) -> None:
        """The CDK passes its config and parameters."""

    def is_stream_response(self) -> bool:
        """The body is read already (``include.sources.airbyte``)."""
        return False

    def decode(self, response: requests.Response) -> Generator[Any, None, None]:
        """The items of a list, or the one value that the body is."""
        for item in items_of(response.content):
            value = parse_json(item)
            yield from value if isinstance(value, list) else [value]
