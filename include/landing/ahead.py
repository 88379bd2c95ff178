"""Reading and storing side by side: the publisher answers while the page before is written."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The items in their order; the next one is made in a thread meanwhile. An error comes where it would have come without."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="read") as reader:
        following = reader.submit(next, items, end)
        while (item := following.result()) is not end:
            following = reader.submit(next, items, end)
            yield item  # type: ignore[misc]  # not the end
