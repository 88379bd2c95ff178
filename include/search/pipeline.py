"""Two steps that overlap: the next batch is made while the one before is being sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")


def overlapped(batches: Iterable[Batch], work: Callable[[Batch], Result]) -> Iterator[tuple[Batch, Result]]:
    """Each batch with the result of ``work`` on it, in order. One work is under way at a time, in a thread of its own."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="bulk") as worker:
        before: tuple[Batch, Future[Result]] | None = None
        for batch in batches:
            done = (before[0], before[1].result()) if before else None
            before = batch, worker.submit(work, batch)
            if done:
                yield done
        if before:
            yield before[0], before[1].result()
