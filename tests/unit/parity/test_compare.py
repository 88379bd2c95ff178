"""What counts as equal, and what a difference looks like."""

from __future__ import annotations

from typing import Any

import pytest

from include.parity.compare import ABSENT, Difference, differences, pair_up


@pytest.mark.parametrize(
    ("golden", "ours"),
    [
        ({"start_date": "2024-09-04 15:00:00+00:00"}, {"start_date": "2024-09-04T15:00:00.000000Z"}),
        ({"start_date": "2024-09-04 17:00:00+02:00"}, {"start_date": "2024-09-04T15:00:00Z"}),
        ({"prices": [{"amount": "123", "currency": "USD"}]}, {"prices": [{"amount": 123.00, "currency": "USD"}]}),
        ({"continuing_ed_credits": "1.250"}, {"continuing_ed_credits": 1.25}),
        ({"last_modified": None}, {"last_modified": None}),
    ],
)
def test_instants_and_decimals_are_compared_by_what_they_say(golden: Any, ours: Any) -> None:
    assert list(differences(golden, ours)) == []


@pytest.mark.parametrize(
    ("golden", "ours", "found"),
    [
        ({"a": None}, {}, Difference("a", None, ABSENT)),
        ({}, {"a": None}, Difference("a", ABSENT, None)),
        ({"a": True}, {"a": 1}, Difference("a", True, 1)),
        ({"year": "2005"}, {"year": 2005}, Difference("year", "2005", 2005)),
        ({"pace": ["a", "b"]}, {"pace": ["b", "a"]}, Difference("pace[]", "a", "b")),
        ({"runs": [{"prices": []}]}, {"runs": [{"prices": [1]}]}, Difference("runs[].prices", [], [1])),
        (
            {"start_date": "2024-09-04 15:00:00+00:00"},
            {"start_date": "2024-09-04T15:00:01Z"},
            Difference("start_date", "2024-09-04 15:00:00+00:00", "2024-09-04T15:00:01Z"),
        ),
        ({"image": {"url": "x"}}, {"image": None}, Difference("image", {"url": "x"}, None)),
    ],
)
def test_everything_else_counts(golden: Any, ours: Any, found: Difference) -> None:
    assert next(differences(golden, ours)) == found


def test_records_are_matched_by_id_and_those_that_share_one_by_url() -> None:
    golden = [{"readable_id": "a", "url": "2"}, {"readable_id": "a", "url": "1"}, {"readable_id": "lost"}]
    ours = [{"readable_id": "a", "url": "1"}, {"readable_id": "a", "url": "2"}, {"readable_id": "new"}]
    pairs = pair_up(golden, ours)
    assert [pair.differences() for pair in pairs] == [
        [],
        [],
        [Difference("(record)", {"readable_id": "lost"}, ABSENT)],
        [Difference("(record)", ABSENT, {"readable_id": "new"})],
    ]
