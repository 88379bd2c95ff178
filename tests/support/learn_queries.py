"""Learn's filters, aggregations and sorts (target_model 3.3 to 3.5), to prove that an index answers them."""

from __future__ import annotations

from typing import Any

FILTERS = {
    "resource_type": "resource_type",
    "certification": "certification",
    "professional": "professional",
    "free": "free",
    "course_feature": "course_feature",
    "resource_type_group": "resource_type_group",
    "resource_category": "resource_category",
    "certification_type": "certification_type.code",
    "topic": "topics.name",
    "ocw_topic": "ocw_topics",
    "level": "runs.level.code",
    "department": "departments.department_id",
    "platform": "platform.code",
    "offered_by": "offered_by.code",
    "delivery": "delivery.code",
    "id": "id",
}
COURSE_NUMBER = "course.course_numbers.sort_coursenum"
SORTS: dict[str, Any] = {
    "default": ["featured_rank", "is_learning_material", "is_incomplete_or_stale", {"created_on": "desc"}],
    "featured": [{"featured_rank": {"order": "asc", "missing": "_last"}}],
    "id": ["id"],
    "-id": [{"id": "desc"}],
    "readable_id": ["readable_id"],
    "-readable_id": [{"readable_id": "desc"}],
    "last_modified": ["last_modified"],
    "-last_modified": [{"last_modified": "desc"}],
    "views": ["views"],
    "-views": [{"views": "desc"}],
    "new": [{"created_on": "desc"}],
    "upcoming": ["next_start_date"],
    "start_date": [{"runs.start_date": {"order": "asc", "nested": {"path": "runs"}}}],
    "-start_date": [{"runs.start_date": {"order": "desc", "nested": {"path": "runs"}}}],
    "mitcoursenumber": [
        {
            COURSE_NUMBER: {
                "order": "asc",
                "nested": {
                    "path": "course.course_numbers",
                    "filter": {"term": {"course.course_numbers.primary": True}},
                },
            }
        }
    ],
}


def filter_query(name: str, value: Any) -> dict[str, Any]:
    """A term filter, nested at each step of a dotted path; case does not matter for words."""
    path = FILTERS[name]
    exact = name == "id" or isinstance(value, bool)
    query: dict[str, Any] = {"term": {path: {"value": value, **({} if exact else {"case_insensitive": True})}}}
    steps = path.split(".")
    for depth in range(len(steps) - 1, 0, -1):
        query = {"nested": {"path": ".".join(steps[:depth]), "query": query}}
    return query


def aggregation(name: str) -> dict[str, Any]:
    """Terms with the number of distinct resources, nested at each step of a dotted path."""
    path = FILTERS[name]
    steps = path.split(".")
    clause: dict[str, Any] = {"terms": {"field": path, "size": 10000}}
    if len(steps) > 1:
        clause["aggs"] = {"root": {"reverse_nested": {}}}
    for depth in range(len(steps) - 1, 0, -1):
        clause = {"nested": {"path": ".".join(steps[:depth])}, "aggs": {name: clause}}
    return {name: clause}


def counts(name: str, answer: dict[str, Any]) -> dict[str, int]:
    """Resources per value, from an answer to ``aggregation``."""
    found = answer["aggregations"][name]
    while "buckets" not in found:
        found = found[name]
    return {str(bucket.get("key_as_string", bucket["key"])): bucket.get("root", bucket)["doc_count"] for bucket in found["buckets"]}
