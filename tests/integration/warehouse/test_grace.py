"""A record may be missing for some complete reads before it is gone."""

from __future__ import annotations

from include.sources.registry import SOURCES
from tests.integration.warehouse.conftest import Warehouse
from tests.support.feeds import course

A, B = course("a"), course("b")


def read(warehouse: Warehouse, hour: int, *records: dict[str, object], limit: int | None = None) -> set[str]:
    """What is known after a read at an hour."""
    warehouse.load(warehouse.land(hour, records, limit=limit), removed_after=3)
    return set(warehouse.state())


def test_a_record_is_gone_with_the_third_complete_read_without_it(warehouse: Warehouse) -> None:
    assert [read(warehouse, 0, A, B), read(warehouse, 1, A), read(warehouse, 2, A), read(warehouse, 3, A)] == [
        {"a", "b"}, {"a", "b"}, {"a", "b"}, {"a"},
    ]  # fmt: skip
    versions = warehouse.versions()
    assert read(warehouse, 4, A) == {"a"}
    assert warehouse.versions() == versions, "gone is gone"


def test_a_record_that_is_seen_again_begins_anew(warehouse: Warehouse) -> None:
    for hour, records in enumerate([(A, B), (A,), (A,), (A, B), (A,), (A,)]):
        assert read(warehouse, hour, *records) == {"a", "b"}
    assert read(warehouse, 6, A) == {"a"}


def test_a_read_that_was_not_complete_neither_counts_nor_breaks_the_row(warehouse: Warehouse) -> None:
    read(warehouse, 0, A, B)
    read(warehouse, 1, A)
    read(warehouse, 2, A)
    assert read(warehouse, 3, A, limit=1) == {"a", "b"}
    assert read(warehouse, 4, A) == {"a"}


def test_a_replayed_older_read_that_had_the_record_brings_it_back(warehouse: Warehouse) -> None:
    late = warehouse.land(2, [A, B])
    for hour, records in ((0, (A, B)), (1, (A,)), (3, (A,)), (4, (A,))):
        read(warehouse, hour, *records)
    assert set(warehouse.state()) == {"a"}
    assert warehouse.load(late, removed_after=3).new_versions == 0
    assert set(warehouse.state()) == {"a", "b"}, "two complete reads since it was seen"
    assert read(warehouse, 5, A) == {"a"}


def test_what_may_be_missing_for_how_long() -> None:
    assert {source.key: stream.removed_after for source in SOURCES.values() for stream in source.streams if stream.removed_after > 1} == {
        "podcast": 3,  # an episode that is away for an hour
        "course_blocklist": 2,  # half a text is a text
    }
