"""Two streams in the order of a number, side by side."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

Value = TypeVar("Value")

LEFT, RIGHT = 0, 1


def merged(left: Iterable[tuple[int, Value]], right: Iterable[tuple[int, Value]]) -> Iterator[tuple[int, Value | None, Value | None]]:
    """Every number of either stream once, in order, with what each has of it. Both must ascend; one item of each is held in memory."""
    both = heapq.merge(_of(LEFT, left), _of(RIGHT, right), key=itemgetter(0))
    for number, of_number in groupby(both, key=itemgetter(0)):
        values = {side: value for _, side, value in of_number}
        yield number, values.get(LEFT), values.get(RIGHT)


def _of(side: int, items: Iterable[tuple[int, Value]]) -> Iterator[tuple[int, int, Value]]:
    return ((number, side, value) for number, value in items)
