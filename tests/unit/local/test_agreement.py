"""The lines under the demo's table: one per source, with a sign that differs where one key differs."""

from __future__ import annotations

from include.local.agreement import lines
from include.local.report import Comparison


def held(source: str, left: str, right: str, one: str, other: str) -> Comparison:
    return Comparison(source, left, right, frozenset(one), frozenset(other))


def test_stages_that_follow_each_other_are_one_chain() -> None:
    told = list(
        lines(
            [
                held("ocw.courses", "landing", "raw", "ab", "ab"),
                held("ocw.files", "landing", "raw", "xyz", "xyz"),
                held("ocw", "marts", "delivered", "ab", "ab"),
                held("ocw", "delivered", "index", "ab", "ab"),
            ]
        )
    )
    assert [" ".join(line.split()) for line in told] == ["ocw landing 5 = raw 5 marts 2 = delivered 2 = index 2"]


def test_a_key_that_differs_shows_though_the_counts_agree() -> None:
    [line] = lines([held("xpro.a", "landing", "raw", "ab", "ac"), held("xpro.b", "landing", "raw", "z", "z")])
    assert "landing 3 ≠ raw 3" in line


def test_sources_that_hold_nothing_share_a_line() -> None:
    told = list(lines([held("see", "marts", "delivered", "a", "a"), held("old", "marts", "delivered", "", "")]))
    assert len(told) == 2
    assert told[1].split()[:3] == ["nothing", "of", "old"]
