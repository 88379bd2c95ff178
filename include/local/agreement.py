"""What the stages hold of each source, in one line a person can read: ``mitxonline  landing 180 = raw 180   catalogue 102 = ...``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from include.local.report import Comparison

WIDTH = 16


def lines(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """One line per source, in order; sources of which no stage holds anything share the last one."""
    empty = []
    by_source = sorted(comparisons, key=lambda each: each.source.split(".")[0])
    for source, found in groupby(by_source, key=lambda each: each.source.split(".")[0]):
        of_source = list(found)
        if any(each.left_keys or each.right_keys for each in of_source):
            yield f"  {source:{WIDTH}} {'   '.join(_steps(of_source))}"
        else:
            empty.append(source)
    if empty:
        yield f"  {'nothing of':{WIDTH}} {', '.join(empty)} (switched off, or not read yet)"


def _steps(comparisons: list[Comparison]) -> Iterator[str]:
    """Chains of stages. The streams of a source are added up; a single one that differs is still told apart by the sign."""
    chain, end = "", ""
    for (left, right), found in groupby(comparisons, key=lambda each: (each.left, each.right)):
        pairs = list(found)
        sign = "=" if all(each.agrees for each in pairs) else "≠"
        left_count, right_count = (sum(map(len, sides)) for sides in zip(*((e.left_keys, e.right_keys) for e in pairs), strict=True))
        if left == end:
            chain += f" {sign} {right} {right_count}"
        else:
            if chain:
                yield chain
            chain = f"{left} {left_count} {sign} {right} {right_count}"
        end = right
    yield chain
