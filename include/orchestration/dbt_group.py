"""The dbt project as an Airflow task group: one task per model, drawn from the manifest; what each does when it runs by itself.

The group's tasks are Cosmos' own. As a rule none of them runs dbt: the build task upstream (`build_once.py`) builds everything in one
invocation and marks them. They run dbt when a model failed there, when marking failed, and when a person clears one of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, InvocationMode, LoadMode, TestBehavior
from cosmos.profiles import PostgresUserPasswordProfileMapping

from include.orchestration import manifest, transform_state
from include.orchestration.connections import WAREHOUSE_DBT
from include.orchestration.defaults import Pool
from include.orchestration.mart_groups import MartGroup
from include.orchestration.retries import RETRY_TRANSIENT
from include.warehouse.transforms import EVERYTHING

DBT_THREADS = 4
TASK_TIMEOUT = timedelta(hours=1)
#: Unit tests check the rules, not the data; they belong to `make test`.
BUILD_FLAGS = ["--exclude-resource-type", "unit_test"]
REBUILD_IN_FULL = "{{ dag_run.clear_number > 0 or (ti.xcom_pull(task_ids='choose_models') or {}).get('full_refresh', False) }}"
"""A person who clears a task doubts what it made. Airflow's own retries leave the number at 0; those go on as the run was planned."""


def profile() -> ProfileConfig:
    """The profile of `profiles.yml`, made from the connection `warehouse_dbt`."""
    mapping = PostgresUserPasswordProfileMapping(conn_id=WAREHOUSE_DBT, profile_args={"schema": "marts", "threads": DBT_THREADS})
    return ProfileConfig(profile_name=manifest.PROFILE, target_name=manifest.TARGET_NAME, profile_mapping=mapping)


def models_group(group_id: str, group: MartGroup) -> DbtTaskGroup:
    """One task for each model and seed, which builds and tests it when it has to, and one for each test of several models.

    :raises ManifestStale: the manifest does not describe the project's files; Airflow shows it as the DAG's import error.
    """
    return DbtTaskGroup(
        group_id=group_id,
        project_config=ProjectConfig(
            dbt_project_path=manifest.PROJECT,
            manifest_path=manifest.fresh_manifest(),
            project_name="learn_pipelines",
            install_dbt_deps=False,
        ),
        profile_config=profile(),
        execution_config=ExecutionConfig(execution_mode=ExecutionMode.LOCAL, invocation_mode=InvocationMode.DBT_RUNNER),
        render_config=RenderConfig(
            select=[] if group.everything == EVERYTHING else [group.everything],
            exclude=[group.exclude] if group.exclude else [],
            load_method=LoadMode.DBT_MANIFEST,
            test_behavior=TestBehavior.BUILD,
            # A test of several models can only pass when all of them are built: it is a task of its own, after them.
            should_detach_multiple_parents_tests=True,
            emit_datasets=False,
        ),
        operator_args=model_arguments(),
    )


def model_arguments() -> dict[str, Any]:
    """What each model's own task is given besides its selection."""
    return {
        "full_refresh": REBUILD_IN_FULL,
        "dbt_cmd_flags": BUILD_FLAGS,
        "should_store_compiled_sql": False,
        "pool": Pool.DBT.value,
        "retries": 1,
        "retry_delay": timedelta(seconds=10),
        "retry_policy": RETRY_TRANSIENT,
        "execution_timeout": TASK_TIMEOUT,
        "trigger_rule": TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
        "interceptors": [transform_state.set_moment],
        "pre_execute": transform_state.before_model,
        "post_execute": transform_state.after_model,
    }
