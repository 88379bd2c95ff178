"""What every DAG must have; the DAGs are spelled out one by one, so their sameness is held here."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, ExceptionRetryPolicy
from airflow.sdk.bases.operator import BaseOperator

from include.local.pools import POOLS
from include.orchestration.dag_docs import HEADINGS
from include.orchestration.defaults import OWNER, Pool, Tag, upstream_pool
from include.sources.registry import SOURCES
from tests.dags.conftest import FOLDER

VERBS = {"ingest", "decide", "transform", "deliver", "sync", "rebuild", "reconcile", "replay", "watch", "maintain"}
MOST_CALLS = 8
PATIENT = {"decide_removals"}
"""Runs that wait for a person."""
OFF = {"ingest_mitxonline_db", "ingest_prolearn", "rebuild_search_index", *PATIENT}
"""Run when somebody asks: the other way to MITx Online, a retired feed, a rebuild, and questions."""
FORBIDDEN = (ast.If, ast.Try, ast.For, ast.While, ast.Lambda)


def test_every_file_gives_its_dag_and_no_other(bag: DagBag) -> None:
    assert not bag.import_errors
    assert set(bag.dags) == {path.stem for path in FOLDER.glob("*.py")}


def test_the_name_is_a_verb_and_an_object(dag: DAG) -> None:
    verb, _, thing = dag.dag_id.partition("_")
    assert verb in VERBS
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", thing)


def test_the_documentation_has_its_headings_in_order(dag: DAG) -> None:
    assert tuple(re.findall(r"^## (.+)$", dag.doc_md or "", re.MULTILINE))[: len(HEADINGS)] == HEADINGS


def test_links_of_the_documentation_lead_somewhere(dag: DAG) -> None:
    targets = re.findall(r"\]\(([^)#]+)", dag.doc_md or "")
    assert targets
    assert [target for target in targets if not (FOLDER.parent / "docs" / target).exists()] == []


def test_tags_are_of_the_closed_list_and_name_the_verb(dag: DAG) -> None:
    assert dag.tags <= {*(tag.value for tag in Tag), *SOURCES}
    assert dag.dag_id.split("_")[0] in dag.tags


def test_times_are_limited(dag: DAG) -> None:
    assert dag.catchup is False
    assert dag.max_active_runs > 0
    assert dag.dagrun_timeout
    assert dag.dagrun_timeout <= (timedelta(days=15) if dag.dag_id in PATIENT else timedelta(hours=6))
    assert dag.deadline, "a late run must be reported"
    assert all(alert.interval < dag.dagrun_timeout for alert in dag.deadline)
    assert all(task.execution_timeout or task.response_timeout for task in dag.tasks)


def test_every_schedule_has_a_time_zone(dag: DAG) -> None:
    timetable = getattr(dag.timetable, "timetable", dag.timetable)
    if dag.dag_id in OFF:
        assert not timetable.can_be_scheduled
    else:
        assert str(timetable.timezone) == "UTC"


def test_parameters_say_what_they_are(dag: DAG) -> None:
    for name in dag.params:
        param = dag.params.get_param(name)
        assert param.schema.get("title"), name
        assert param.schema.get("description_md"), name
        assert param.schema.get("type"), name


def test_every_task_has_owner_retries_and_policy(dag: DAG) -> None:
    for task in dag.tasks:
        assert task.owner == OWNER, task.task_id
        assert task.retries >= 1, task.task_id
        assert isinstance(_attribute(task, "retry_policy"), ExceptionRetryPolicy), task.task_id


def test_every_pool_exists(dag: DAG) -> None:
    assert {*(pool.value for pool in Pool), *map(upstream_pool, SOURCES)} == set(POOLS)
    assert {task.pool for task in dag.tasks} <= {*POOLS, "default_pool"}


def test_mapped_tasks_are_named_in_the_grid(dag: DAG) -> None:
    assert all(task.map_index_template for task in dag.tasks if task.is_mapped)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_the_body_reads_aloud(path: Path) -> None:
    body = next(node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef))
    assert body.name == path.stem
    assert len(body.body) <= MOST_CALLS
    nodes = [node for statement in body.body for node in ast.walk(statement)]
    assert not [node for node in nodes if isinstance(node, FORBIDDEN)]
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert not [word for word in words if re.search(r"://|\bselect\b|\binsert\b", word, re.IGNORECASE)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_the_decorator_spells_out_what_an_operator_looks_for(path: Path) -> None:
    body = next(node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef))
    [decorator] = body.decorator_list
    assert isinstance(decorator, ast.Call)
    given = {keyword.arg: keyword.value for keyword in decorator.keywords}
    name = decorator.args[0] if decorator.args else given["dag_id"]
    assert isinstance(name, ast.Constant)
    assert name.value == path.stem
    assert "schedule" in given
    shared = {ast.unparse(value) for keyword, value in ((each.arg, each.value) for each in decorator.keywords) if keyword is None}
    assert any(each == "CONSUMER" or each.startswith("ingest(") for each in shared), "the settings that all DAGs of its kind share"


def _attribute(task: BaseOperator, name: str) -> object:
    return task.partial_kwargs[name] if task.is_mapped else getattr(task, name)
