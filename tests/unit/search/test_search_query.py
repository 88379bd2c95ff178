"""What a person's words become."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from include.search.query import NESTED_FIELDS, TextOptions, implicit_filter, text_query

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)


def clauses(text: str, **options: object) -> list[dict]:
    """The scoring clauses of a query."""
    query = text_query(text, TextOptions(**options), NOW)
    matched = query["function_score"]["query"] if "function_score" in query else query
    return matched["bool"]["should"]


def paths(query: dict) -> list[str]:
    """The nested paths around the innermost query."""
    if "nested" not in query:
        return []
    return [query["nested"]["path"], *paths(query["nested"]["query"])]


def test_words_are_a_sloppy_phrase_by_default() -> None:
    root = clauses("machine learning")[0]["multi_match"]
    assert (root["query"], root["type"], root["slop"]) == ("machine learning", "phrase", 6)
    assert "slop" not in clauses("machine learning", mode="best_fields")[0]["multi_match"]


@pytest.mark.parametrize("quoted", ['"deep learning"', "\u201cdeep learning\u201d"])
def test_quoted_words_are_a_query_string(quoted: str) -> None:
    assert clauses(quoted)[0] == {"query_string": {"query": '"deep learning"', "fields": clauses("x")[0]["multi_match"]["fields"]}}


@pytest.mark.parametrize("text", ['"', '"unfinished', 'un"finished"'])
def test_a_stray_quotation_mark_is_a_word(text: str) -> None:
    assert clauses(text)[0]["multi_match"]["query"] == text


def test_every_nested_context_is_asked_once() -> None:
    asked = [paths(clause) for clause in clauses("x") if "nested" in clause]
    assert [path[-1] for path in asked] == list(NESTED_FIELDS)
    assert ["runs", "runs.instructors"] in asked
    assert ["runs", "runs.level"] in asked
    assert ["course.course_numbers"] in asked


def test_content_files_count_by_their_weight() -> None:
    assert clauses("x")[-1]["has_child"]["query"]["multi_match"]["fields"][0] == "content.english"
    weighted = clauses("x", content_file_score_weight=0.5)
    assert weighted[-1]["has_child"]["query"]["multi_match"]["fields"][0] == "content.english^0.5"
    assert not [clause for clause in clauses("x", content_file_score_weight=0) if "has_child" in clause]


def test_without_penalties_there_is_no_script() -> None:
    query = text_query("x", TextOptions(max_incompleteness_penalty_percent=0, yearly_decay_percent=0), NOW)
    assert set(query) == {"bool"}
    assert query["bool"]["filter"]["function_score"]["min_score"] == 5


def test_age_counts_from_the_given_moment_in_utc() -> None:
    boston = NOW.astimezone(timezone(timedelta(hours=-4)))
    script = text_query("x", TextOptions(), boston)["function_score"]["script_score"]["script"]
    assert script["params"]["origin"] == "2024-09-10T12:00:00Z"
    assert (script["params"]["penalty"], script["params"]["decay"]) == (0.9, 0.975)


def test_ocw_files_are_hidden_unless_they_are_videos_or_textbooks() -> None:
    types, ocw = implicit_filter(["course"])["bool"]["must"]
    assert types["bool"]["should"] == [{"term": {"resource_type": {"value": "course", "case_insensitive": True}}}]
    assert {"terms": {"resource_type": ["course", "video"]}} in ocw["bool"]["should"]
