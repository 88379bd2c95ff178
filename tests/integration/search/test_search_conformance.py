"""The checklist of target_model 3.7 (items 1-6, 8, 9): an index we fill answers everything that Learn asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from include.contracts.documents import RESOURCE_DOCUMENTS
from include.contracts.enums import ResourceType
from include.search.indexes import ensure_indexes
from include.search.names import QUERYABLE_TYPES, serving_alias
from include.search.query import TextOptions, search
from tests.support import learn_queries
from tests.support.learn_catalog import add_courses, add_program, enqueue
from tests.support.search_stack import NOW, SearchStack, search_stack

PREPARE = """
update learning_resources_learningresource set
    title = 'Applied AI', description = 'Running robots.', full_description = null where id = 2;
update learning_resources_learningresource set title = 'Chemistry of bread', next_start_date = null,
    professional = true, certification = false, certification_type = 'none', delivery = '{in_person,hybrid}',
    platform_id = 'ocw', etl_source = 'ocw', offered_by_id = 'ocw', ocw_topics = '{Baking}', availability = 'anytime',
    view_count = 7, prices = '{}', languages = null, url = null where id = 3;
delete from learning_resources_learningresource_resource_prices where learningresource_id = 3;
update learning_resources_learningresourcerun set semester = 'Fall', year = 2009, start_date = null, prices = null,
    level = '{graduate,noncredit}' where learning_resource_id = 3;
update learning_resources_learningresource set completeness = 0.2, next_start_date = null where id = 4;
update learning_resources_learningresourcerun set published = false where learning_resource_id = 4;
update learning_resources_learningresourcerun set is_variant = true where learning_resource_id = 5 and id % 2 = 0;
"""


@pytest.fixture(scope="module")
def catalogue(servers: Any) -> Iterator[SearchStack]:
    """Six courses that differ in what the rules look at, and a program, all indexed."""
    with search_stack(servers.admin_dsn, servers.postgres_dsn, servers.opensearch_url) as stack:
        ensure_indexes(stack.client, stack.prefix)
        add_courses(stack.learn, 1, 6)
        add_program(stack.learn, 7, "Micro masters in supply chain management", [1, 2])
        stack.learn.execute(PREPARE.encode())
        enqueue(stack.learn, list(range(1, 8)))
        assert stack.sync().indexed == 7
        yield stack


def everything(stack: SearchStack, **body: Any) -> dict[str, Any]:
    """A search over all types."""
    aliases = ",".join(serving_alias(stack.prefix, name) for name in QUERYABLE_TYPES)
    return stack.client.search(index=aliases, body={"size": 100, **body})


def ids(answer: dict[str, Any]) -> list[int]:
    """The hits' ids in their order."""
    return [int(hit["_id"]) for hit in answer["hits"]["hits"]]


def titles(stack: SearchStack, text: str, **options: Any) -> list[str]:
    """The titles that Learn's search page would show."""
    return [hit.title for hit in search(stack.client, stack.prefix, text, now=NOW, **options)]


def test_aliases_analyzers_and_join(catalogue: SearchStack) -> None:
    for name in QUERYABLE_TYPES:
        ((_, facts),) = catalogue.client.indices.get(index=serving_alias(catalogue.prefix, name)).items()
        assert set(facts["aliases"]) == {f"{catalogue.prefix}_{name}_default", f"{catalogue.prefix}_all_default"}
        assert {"custom_english", "trigram"} <= facts["settings"]["index"]["analysis"]["analyzer"].keys()
        join = facts["mappings"]["properties"]["resource_relations"]
        assert (join["type"], join["relations"]) == ("join", {"resource": "content_file"})


def test_every_document_has_what_queries_rely_on(catalogue: SearchStack) -> None:
    answer = everything(catalogue)
    assert len(answer["hits"]["hits"]) == 7
    for hit in answer["hits"]["hits"]:
        source = hit["_source"]
        for key in ("resource_type", "resource_type_group", "resource_category", "completeness", "is_learning_material",
                    "is_incomplete_or_stale", "created_on", "free", "certification", "professional", "published", "id"):  # fmt: skip
            assert source[key] is not None, key
        for key in ("topics", "departments", "runs", "delivery"):
            assert isinstance(source[key], list), key
        assert "content_type" not in source
        assert source["resource_relations"] == {"name": "resource"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("resource_type", "Program", [7]),
        ("certification", False, [3]),
        ("professional", True, [3]),
        ("free", False, [3]),
        ("course_feature", "exams", [1, 2, 3, 4, 5, 6]),
        ("resource_type_group", "program", [7]),
        ("resource_category", "course", [1, 2, 3, 4, 5, 6]),
        ("certification_type", "none", [3]),
        ("topic", "robotics", [1, 2, 3, 4, 5, 6]),
        ("ocw_topic", "baking", [3]),
        ("level", "graduate", [3]),
        ("department", "6", [1, 2, 3, 4, 5, 6]),
        ("platform", "OCW", [3]),
        ("offered_by", "mitx", [1, 2, 4, 5, 6, 7]),
        ("delivery", "hybrid", [3]),
        ("id", 5, [5]),
    ],
)
def test_filters_find_known_documents(catalogue: SearchStack, name: str, value: Any, expected: list[int]) -> None:
    answer = everything(catalogue, query={"match_all": {}}, post_filter=learn_queries.filter_query(name, value))
    assert sorted(ids(answer)) == expected


AGGREGATION_SQL = {
    "resource_type": "select resource_type, count(*) from resource group by 1",
    "certification": "select certification::text, count(*) from resource group by 1",
    "offered_by": "select offered_by_id, count(*) from resource group by 1",
    "delivery": "select code, count(*) from resource, unnest(delivery) as code group by 1",
    "topic": """select topic.name, count(*) from resource
        join learning_resources_learningresource_topics as link on link.learningresource_id = resource.id
        join learning_resources_learningresourcetopic as topic on topic.id = link.learningresourcetopic_id group by 1""",
    "level": """select code, count(distinct resource.id) from resource
        join learning_resources_learningresourcerun as run on run.learning_resource_id = resource.id
        cross join unnest(run.level) as code where run.published and not run.is_variant group by 1""",
    "department": """select link.learningresourcedepartment_id, count(*) from resource
        join learning_resources_learningresource_departments as link on link.learningresource_id = resource.id group by 1""",
}


@pytest.mark.parametrize("name", AGGREGATION_SQL)
def test_aggregations_count_as_sql_does(catalogue: SearchStack, name: str) -> None:
    resource = "with resource as (select * from learning_resources_learningresource where published) "
    expected = dict(catalogue.rows(resource + AGGREGATION_SQL[name]))
    assert learn_queries.counts(name, everything(catalogue, aggs=learn_queries.aggregation(name))) == expected


SORT_SQL = {
    "id": "id",
    "-id": "id desc",
    "readable_id": 'readable_id collate "C"',
    "-views": "coalesce(view_count, 0) desc",
    "new": "created_on desc",
    "upcoming": "next_start_date nulls last",
    "start_date": """(select min(start_date) from learning_resources_learningresourcerun as run
        where run.learning_resource_id = resource.id and run.published and not run.is_variant) nulls last""",
}


@pytest.mark.parametrize("name", SORT_SQL)
def test_sorts_order_as_sql_does(catalogue: SearchStack, name: str) -> None:
    tie = {"id": "asc"}
    order = f"select id from learning_resources_learningresource as resource order by {SORT_SQL[name]}, id"
    expected = [row[0] for row in catalogue.rows(order)]
    assert ids(everything(catalogue, sort=[*learn_queries.SORTS[name], tie])) == expected


@pytest.mark.parametrize("name", sorted(set(learn_queries.SORTS) - set(SORT_SQL)))
def test_every_other_sort_is_answered(catalogue: SearchStack, name: str) -> None:
    assert len(ids(everything(catalogue, sort=learn_queries.SORTS[name]))) == 7


def test_words_find_their_synonyms_and_stems(catalogue: SearchStack) -> None:
    low = TextOptions(min_score=0.5)  # among seven documents no single word is rare enough for the default of 5
    assert titles(catalogue, "machine learning", options=low) == ["Applied AI"]
    assert titles(catalogue, "chemistry", options=low) == titles(catalogue, "chem", options=low) == ["Chemistry of bread"]
    assert titles(catalogue, "SCM", options=low) == ["Micro masters in supply chain management"]
    assert titles(catalogue, "runs robot", options=low) == ["Applied AI"], "running robots, stemmed"
    assert titles(catalogue, "\u201cApplied AI\u201d", options=low)[0] == "Applied AI"
    assert titles(catalogue, "xylophone", options=low) == []
    assert titles(catalogue, "chemistry", options=low, resource_types=["program"]) == []


def test_the_default_threshold_hides_weak_matches(catalogue: SearchStack) -> None:
    assert titles(catalogue, "machine learning") == ["Applied AI"]
    assert titles(catalogue, "goes on") == []


def test_an_instructor_is_found_by_exact_last_name_or_by_words_of_the_full_name(catalogue: SearchStack) -> None:
    def nested(field: str, text: str) -> int:
        match = {"match": {f"runs.instructors.{field}": text}}
        query = {"nested": {"path": "runs", "query": {"nested": {"path": "runs.instructors", "query": match}}}}
        return len(ids(everything(catalogue, query=query)))

    assert nested("last_name", "Hopper") == 5
    assert nested("last_name", "hopper") == 0
    assert nested("full_name", "hopper") == 5


def test_incompleteness_and_age_lower_the_score_as_stated(catalogue: SearchStack) -> None:
    def score(resource_id: int, text: str, now: Any = NOW, **options: float) -> float:
        found = search(catalogue.client, catalogue.prefix, text, size=10, now=now,
                       options=TextOptions(min_score=0, **options))  # fmt: skip
        return next(hit.score for hit in found if hit.resource_id == resource_id)

    untouched = {"max_incompleteness_penalty_percent": 0.0, "yearly_decay_percent": 0.0}
    plain = score(4, "course 4", **untouched)
    assert score(4, "course 4") == pytest.approx(plain * (0.2 * 0.9 + 0.1), rel=1e-4)
    # Course 3 was last taught in fall 2009; at 2.5 % a year, a year after that 97.5 % are left, two years after 95 %.
    plain = score(3, "chemistry", **untouched)
    taught = NOW.replace(year=2009, month=9, day=1, hour=0)
    assert score(3, "chemistry", now=taught + timedelta(days=365)) == pytest.approx(plain * 0.975, rel=1e-4)
    assert score(3, "chemistry", now=taught + timedelta(days=730)) == pytest.approx(plain * 0.95, rel=1e-4)
    assert score(2, "applied AI") == pytest.approx(score(2, "applied AI", **untouched), rel=1e-4)


@pytest.mark.parametrize("index_type", ["course", "program"])
def test_documents_are_exactly_what_the_contract_models(catalogue: SearchStack, index_type: str) -> None:
    """Every key and no other, each value rendered as the model renders it."""
    for source in catalogue.found(index_type).values():
        model = RESOURCE_DOCUMENTS[ResourceType(index_type)].model_validate(source)
        assert model.model_dump(mode="json") == source


def test_documents_follow_the_rules_of_the_serializer(catalogue: SearchStack) -> None:
    """What a reader of target_model 2.6 would look up, on rows that differ in it."""
    found = catalogue.found()
    first = found["1"]
    assert first["created_on"] == "2024-01-01T00:01:00Z"
    assert first["next_start_date"] == "2024-10-01T00:00:00.500000Z"
    assert (first["prices"], first["continuing_ed_credits"]) == (["0.00", "250.00"], "1.50")
    assert first["resource_prices"] == [{"amount": "0.00", "currency": "USD"}, {"amount": "250.00", "currency": "USD"}]
    assert first["certification_type"] == {"code": "completion", "name": "Certificate of Completion"}
    assert first["pace"] == [{"code": "instructor_paced", "name": "Instructor-paced"}]
    assert [person["last_name"] for person in first["runs"][0]["instructors"]] == ["Hopper", "Lovelace"]
    assert first["best_run_id"] == first["runs"][1]["id"]
    assert first["topics"][1] == {"id": 2, "name": "Robotics", "icon": "", "parent": 1, "channel_url": None}
    assert first["resource_age_date"] is None
    third = found["3"]
    assert third["resource_age_date"] == "2009-09-01T00:00:00Z"
    assert (third["is_incomplete_or_stale"], third["free"], third["views"]) == (True, False, 7)
    assert [step["name"] for step in third["delivery"]] == ["In person", "Hybrid"]
    assert (third["languages"], third["runs"][0]["prices"], third["url"]) == (None, None, None)
    assert (found["4"]["runs"], found["4"]["best_run_id"]) == ([], None)
    assert (found["4"]["is_incomplete_or_stale"], found["2"]["is_incomplete_or_stale"]) == (True, False)
    assert len(found["5"]["runs"]) == 1
    program = catalogue.found("program")["7"]
    assert [child["child"] for child in program["children"]] == [1, 2]
    assert program["program"] == {"course_count": 2, "program_count": 0}
    assert "course" not in program
