"""How the DAGs hang together: assets, order of steps, guards upstream of what they guard."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG
from airflow.sdk.definitions.asset import Asset, AssetAny
from cosmos.operators.local import DbtLocalBaseOperator

from include.orchestration import manifest
from include.orchestration.mart_groups import MART_GROUPS
from include.sources.registry import SOURCES, sources_of
from tests.dags.test_sameness import OFF

CONSUMERS = {
    "transform_catalog": {f"raw_{source.key}" for source in sources_of("catalog")},
    "transform_news": {f"raw_{source.key}" for source in sources_of("news")},
    "deliver_news": {"marts_news"},
    "deliver_reference": {"reference_seeds"},
    "deliver_app_database": {"marts_catalog", "learn_reference"},
    "deliver_view_counts": {f"raw_{source.key}" for source in sources_of("views")},
    "sync_search_index": {"learn_catalog", "learn_reference", "learn_view_counts"},
}
ENDS = {"learn_news"}
"""Assets that no DAG waits for: the end of a chain, for whoever wants to follow it."""
DEFAULT_ACTIVE_RUNS = 16


def outlets(dag: DAG) -> set[str]:
    """Names of the assets that the DAG's tasks emit."""
    return {asset.name for task in dag.tasks for asset in task.outlets if isinstance(asset, Asset)}


def consumed_assets(condition: Asset | AssetAny) -> list[Asset]:
    """The assets of a schedule: one, or any of several."""
    return [condition] if isinstance(condition, Asset) else list(condition.objects)


def has_a_task(node: dict[str, Any]) -> bool:
    """Models and seeds have one, and so has a test of several of them; a test of one model belongs to its task."""
    return node["resource_type"] in ("model", "seed") or (node["resource_type"] == "test" and len(node["depends_on"]["nodes"]) > 1)


def test_assets_join_the_dags(bag: DagBag) -> None:
    for dag_id, assets in CONSUMERS.items():
        consumed = {asset.name for asset in consumed_assets(bag.dags[dag_id].timetable.asset_condition)}
        assert consumed == assets, dag_id
    emitted = set().union(*(outlets(dag) for dag in bag.dags.values()))
    assert emitted == set().union(*CONSUMERS.values()) | ENDS


def test_consumers_keep_the_default_of_active_runs(bag: DagBag) -> None:
    # With one active run, Airflow 3.3.2 can lose queued events (apache/airflow#56050).
    assert {bag.dags[dag_id].max_active_runs for dag_id in CONSUMERS} == {DEFAULT_ACTIVE_RUNS}


def test_every_consumer_can_be_woken_by_the_clock(bag: DagBag) -> None:
    assert all(bag.dags[dag_id].timetable.timetable.can_be_scheduled for dag_id in CONSUMERS)


def test_every_source_has_its_dag_with_the_same_steps(bag: DagBag) -> None:
    for key in SOURCES:
        dag = bag.dags[f"ingest_{key}"]
        assert {"plan_run", "pull_pages", "load_raw", "announce", "report"} <= set(dag.task_ids)
        assert dag.get_task("pull_pages").pool == f"upstream_{key}"
        assert outlets(dag) == {f"raw_{key}"}
        assert set(dag.params) == {"limit", "full", "from_landing"}
        assert dag.timetable.can_be_scheduled or dag.dag_id in OFF, "it must be possible to back-fill it"


def test_a_bucket_is_listed_before_its_objects_are_pulled(bag: DagBag) -> None:
    dag = bag.dags["ingest_ocw"]
    assert "list_objects" in dag.get_task("pull_pages").upstream_task_ids


@pytest.mark.parametrize(("mart", "emits"), [("catalog", {"marts_catalog", "reference_seeds"}), ("news", {"marts_news"})])
def test_every_model_is_built_by_the_one_build_and_published_after_all_tests(bag: DagBag, mart: str, emits: set[str]) -> None:
    dag = bag.dags[f"transform_{mart}"]
    models = _model_tasks(dag)
    assert models <= dag.get_task("dbt_build").downstream_task_ids
    assert models <= dag.get_task(f"publish_{mart}").get_flat_relative_ids(upstream=True)
    assert outlets(dag) == emits


def test_every_model_is_in_one_group_and_in_no_other(bag: DagBag) -> None:
    catalog, news = (_model_tasks(bag.dags[f"transform_{mart}"]) for mart in MART_GROUPS)
    assert not catalog & news
    assert len(catalog | news) == sum(map(has_a_task, manifest.read_manifest()["nodes"].values()))
    for group in MART_GROUPS.values():
        built = {task.split(".")[1] for task in _model_tasks(bag.dags[f"transform_{group.mart}"])}
        assert {f"{model}_model_build" for model in group.models()} <= built


def _model_tasks(dag: DAG) -> set[str]:
    return {task_id for task_id in dag.task_ids if task_id.startswith("models.")}


def test_models_share_one_slot_with_the_build(bag: DagBag) -> None:
    dag = bag.dags["transform_catalog"]
    assert {task.pool for task in dag.tasks if isinstance(task, DbtLocalBaseOperator)} == {"dbt"}


def test_removals_happen_only_downstream_of_their_guards(bag: DagBag) -> None:
    """The cap is inside `deliver_catalog`; what it holds back is reported after it, and nothing else unpublishes."""
    dag = bag.dags["deliver_app_database"]
    assert "deliver_catalog" in dag.get_task("report_delivery").get_flat_relative_ids(upstream=True)
    assert "deliver_catalog" in dag.get_task("announce_changes").get_flat_relative_ids(upstream=True)
    assert dag.params["release_removals"] is False


def test_a_question_about_removals_holds_no_delivery_up(bag: DagBag) -> None:
    """It is put by a run of its own, which the delivery only starts."""
    assert {dag.dag_id for dag in bag.dags.values() for task in dag.tasks if isinstance(task, HITLOperator)} == {"decide_removals"}
    asking = bag.dags["decide_removals"]
    assert asking.get_task("record_decision").upstream_task_ids == {"ask_person"}
    assert asking.get_task("start_delivery").upstream_task_ids == {"record_decision"}


def test_the_taxonomy_goes_before_the_catalogue(bag: DagBag) -> None:
    dag = bag.dags["deliver_app_database"]
    assert "deliver_reference_data" in dag.get_task("deliver_catalog").upstream_task_ids


def test_reports_run_whatever_happened_and_end_the_run(bag: DagBag) -> None:
    for dag in bag.dags.values():
        for task in dag.tasks:
            if task.task_id.startswith("report"):
                assert task.trigger_rule == "all_done"
                assert not task.downstream_task_ids
