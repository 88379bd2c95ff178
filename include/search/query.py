"""Learn's text query (target_model 3.2): what a person's words become, with Learn's default parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opensearchpy import OpenSearch

from include.search.client import typed_errors
from include.search.names import QUERYABLE_TYPES, serving_alias

Query = dict[str, Any]

ROOT_FIELDS = [
    "title.english^3", "description.english^2", "full_description.english", "platform.name", "readable_id", "offered_by",
    "course_feature", "ocw_topics.english", "video.transcript.english",
]  # fmt: skip
NESTED_FIELDS: dict[str, list[str]] = {
    "topics": ["topics.name"],
    "departments": ["departments.department_id", "departments.name"],
    "certification_type": ["certification_type.name.english^5"],
    "course.course_numbers": ["course.course_numbers.value^5"],
    "runs": ["runs.year", "runs.semester"],
    "runs.instructors": ["runs.instructors.last_name^5", "runs.instructors.full_name^5"],
    "runs.level": ["runs.level.name^5"],
    "content_files": [
        "content_files.content.english", "content_files.course_number^5", "content_files.run_title.english^5",
    ],
}  # fmt: skip
CONTENT_FILE_FIELDS = [
    "content.english", "title.english", "content_title.english", "description.english", "content_feature_type",
]  # fmt: skip
UNMAPPED_IN_SOME_TYPES = {"content_files"}
SOURCE_EXCLUDES = [
    "created_on", "course.course_numbers.sort_coursenum", "course.course_numbers.primary", "resource_relations",
    "is_learning_material", "resource_age_date", "featured_rank", "is_incomplete_or_stale", "content", "summary",
    "flashcards", "vector_embedding", "video.transcript", "content_files.content", "content_files.summary",
    "content_files.flashcards",
]  # fmt: skip
PROGRAM_BOOST = 3

# Nothing is lost at completeness 1, `penalty` of the score at 0; a date far back costs more, an absent one nothing.
SCORE_SCRIPT = """
double kept = doc['completeness'].value * params.penalty + (1 - params.penalty);
double fresh = doc['resource_age_date'].size() == 0
    ? 1.0
    : decayDateLinear(params.origin, params.scale, params.offset, params.decay, doc['resource_age_date'].value);
return _score * kept * fresh;
"""


@dataclass(frozen=True)
class TextOptions:
    """Learn's search parameters with its defaults (settings DEFAULT_SEARCH_*)."""

    mode: str = "phrase"  # or best_fields, most_fields
    slop: int = 6
    min_score: float = 5
    max_incompleteness_penalty_percent: float = 90
    yearly_decay_percent: float = 2.5
    content_file_score_weight: float | None = None


@dataclass(frozen=True)
class Hit:
    """One search result. ``source`` is what Learn's API would answer for it."""

    resource_id: int
    resource_type: str
    title: str
    readable_id: str
    url: str | None
    score: float
    source: dict[str, Any]


def text_query(text: str, options: TextOptions, now: datetime) -> Query:
    """The whole text query: the clauses once as a threshold, once for the score, then the penalties."""
    clauses = _text_clauses(text, options)
    threshold = {"function_score": {"query": {"bool": {"should": clauses}}, "min_score": options.min_score}}
    matched: Query = {"bool": {"filter": threshold, "should": clauses}}
    if not options.max_incompleteness_penalty_percent and not options.yearly_decay_percent:
        return matched
    parameters = {
        "penalty": options.max_incompleteness_penalty_percent / 100,
        "origin": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "scale": "365d",
        "offset": "0",
        "decay": 1 - options.yearly_decay_percent / 100,
    }
    script = {"source": SCORE_SCRIPT, "params": parameters}
    return {"function_score": {"query": matched, "script_score": {"script": script}, "boost_mode": "replace"}}


def implicit_filter(resource_types: Sequence[str]) -> Query:
    """What Learn adds to every search: the types asked for, and of OCW no files except videos and open textbooks."""
    by_type = [{"term": {"resource_type": {"value": name, "case_insensitive": True}}} for name in resource_types]
    ocw = {"nested": {"path": "platform", "query": {"term": {"platform.code": "ocw"}}}}
    shown = [
        {"bool": {"must_not": ocw}},
        {"terms": {"resource_type": ["course", "video"]}},
        {"term": {"resource_category": "Open Textbook"}},
    ]
    return {"bool": {"must": [{"bool": {"should": by_type}}, {"bool": {"should": shown}}]}}


def search(
    client: OpenSearch,
    prefix: str,
    text: str,
    resource_types: Sequence[str] | None = None,
    size: int = 5,
    *,
    now: datetime,
    options: TextOptions | None = None,
) -> list[Hit]:
    """The best hits for ``text``, as Learn's search page would list them.

    :param resource_types: all types that Learn queries when None.
    :param now: the moment from which age is counted.
    :raises SearchError: the server did not answer, or the indexes are not there.
    """
    types = list(resource_types or QUERYABLE_TYPES)
    resources_only = {"exists": {"field": "resource_type"}}  # not the content files in the same index
    query = {"bool": {"must": [text_query(text, options or TextOptions(), now)], "filter": [resources_only]}}
    body = {
        "query": query,
        "post_filter": implicit_filter(types),
        "size": size,
        "_source": {"excludes": SOURCE_EXCLUDES},
        "indices_boost": [{serving_alias(prefix, "program"): PROGRAM_BOOST}] if "program" in types else [],
    }
    aliases = ",".join(serving_alias(prefix, name) for name in types)
    with typed_errors():
        answer = client.search(index=aliases, body=body, search_type="dfs_query_then_fetch")
    return [_hit(found) for found in answer["hits"]["hits"]]


def _hit(found: dict[str, Any]) -> Hit:
    source = found["_source"]
    return Hit(
        resource_id=source["id"],
        resource_type=source["resource_type"],
        title=source["title"],
        readable_id=source["readable_id"],
        url=source["url"],
        score=found["_score"],
        source=source,
    )


def _text_clauses(text: str, options: TextOptions) -> list[Query]:
    clauses = [_match(text, ROOT_FIELDS, options)]
    clauses += [_nested(path, _match(text, fields, options)) for path, fields in NESTED_FIELDS.items()]
    weight = options.content_file_score_weight
    if weight != 0:
        fields = CONTENT_FILE_FIELDS if weight is None else [f"{field}^{weight}" for field in CONTENT_FILE_FIELDS]
        child = {"type": "content_file", "query": _match(text, fields, options), "score_mode": "avg"}
        clauses.append({"has_child": child})
    return clauses


def _match(text: str, fields: list[str], options: TextOptions) -> Query:
    """Words in double quotes are a query string, everything else a multi_match."""
    plain = text.replace("\u201c", '"').replace("\u201d", '"')
    if len(plain) > 1 and plain.startswith('"') and plain.endswith('"'):
        return {"query_string": {"query": plain, "fields": fields}}
    slop = {"slop": options.slop} if options.mode == "phrase" else {}
    return {"multi_match": {"query": plain, "fields": fields, "type": options.mode, **slop}}


def _nested(path: str, query: Query) -> Query:
    """``runs.instructors`` is nested in ``runs``; ``course`` is a plain object, so its number list is nested once."""
    outer, _, inner = path.partition(".")
    clause: Query = {"path": path, "query": query}
    if path in UNMAPPED_IN_SOME_TYPES:
        clause["ignore_unmapped"] = True
    nested: Query = {"nested": clause}
    return {"nested": {"path": outer, "query": nested}} if inner and outer == "runs" else nested
