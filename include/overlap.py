"""Two steps side by side: one makes what the other has not come to yet. Bounded, in order, and errors come where they would without."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import repeat
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def overlapped(items: Iterable[Item], work: Callable[[Item], Result], at_once: int = 1) -> Iterator[tuple[Item, Result]]:
    """Each item with the result of ``work`` on it, in order. Up to ``at_once`` works are under way, each in a thread."""
    under_way: deque[tuple[Item, Future[Result]]] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="overlapped") as workers:
        for item in items:
            done = _wait(*under_way.popleft()) if len(under_way) == at_once else None
            under_way.append((item, workers.submit(work, item)))
            if done:
                yield done
        while under_way:
            yield _wait(*under_way.popleft())


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The items in their order; the next one is made in a thread while this one is used."""
    end = object()
    for _, item in overlapped(repeat(None), lambda _: next(items, end)):
        if item is end:
            return
        yield item  # type: ignore[misc]  # not the end


def _wait(item: Item, begun: Future[Result]) -> tuple[Item, Result]:
    return item, begun.result()
