"""Two steps that overlap: the next batches are made while those before are being sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")

AT_ONCE = 2
"""Bulk calls under way at a time: the server writes one while it reads the next. More of them would only wait in its queue."""


def overlapped(batches: Iterable[Batch], work: Callable[[Batch], Result], at_once: int = AT_ONCE) -> Iterator[tuple[Batch, Result]]:
    """Each batch with the result of ``work`` on it, in order. Up to ``at_once`` works are under way, each in a thread."""
    under_way: deque[tuple[Batch, Future[Result]]] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="bulk") as workers:
        for batch in batches:
            done = _wait(*under_way.popleft()) if len(under_way) == at_once else None
            under_way.append((batch, workers.submit(work, batch)))
            if done:
                yield done
        while under_way:
            yield _wait(*under_way.popleft())


def _wait(batch: Batch, begun: Future[Result]) -> tuple[Batch, Result]:
    return batch, begun.result()
