"""Comparing two listings of a bucket, and which objects of OCW are wanted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.sources.bucket import changes, moment
from include.sources.feeds.ocw import course_key, is_content_file, is_course

listings = st.dictionaries(st.text("ab/-.é", min_size=1, max_size=5), st.tuples(st.sampled_from("xyz"), st.integers(0, 1)), max_size=30)


def entries(listing: dict[str, tuple[str, int]]) -> list[dict[str, object]]:
    return [{"key": key, "etag": listing[key][0], "last_modified": listing[key][1], "size": 1} for key in sorted(listing)]


@given(old=listings, new=listings)
def test_the_merge_finds_what_a_dictionary_would(old: dict[str, tuple[str, int]], new: dict[str, tuple[str, int]]) -> None:
    found = list(changes(entries(new), entries(old)))
    assert [change.key for change in found] == sorted(change.key for change in found)
    assert {change.key for change in found if change.entry} == {key for key in new if old.get(key) != new[key]}
    assert {change.key for change in found if not change.entry} == old.keys() - new.keys()


@pytest.mark.parametrize(
    ("key", "course", "content"),
    [
        ("courses/1-00-intro/data.json", True, False),
        ("courses/1-00-intro/pages/data.json", False, True),
        ("courses/1-00-intro/pages/a/b/data.json", False, True),
        ("courses/1-00-intro/resources/x/data.json", False, True),
        ("courses/1-00-intro/content_map.json", False, False),
        ("courses/1-00-intro/external-resources/x/data.json", False, False),
        ("courses/1-00-intro/resources/x/notes.json", False, False),
        ("courses/data.json", False, False),
        ("other/1-00-intro/data.json", False, False),
    ],
)
def test_which_objects_are_wanted(key: str, course: bool, content: bool) -> None:
    assert (is_course(key), is_content_file(key)) == (course, content)


def test_the_key_of_a_course_is_its_path() -> None:
    assert course_key({"object_key": "courses/1-00-intro/data.json"}) == "courses/1-00-intro"


def test_moments_are_whole_seconds_in_utc() -> None:
    assert moment(datetime(2024, 9, 10, 12, 0, 0, 999, tzinfo=UTC)) == "2024-09-10T12:00:00Z"
