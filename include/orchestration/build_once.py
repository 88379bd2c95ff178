"""One `dbt build` for a whole task group, as fast as dbt alone; afterwards the group's tasks show what dbt really built."""

from __future__ import annotations

from typing import Any

import httpx
from airflow.sdk.exceptions import DownstreamTasksSkipped
from cosmos import DbtTaskGroup
from cosmos.operators.local import DbtBuildLocalOperator, DbtLocalBaseOperator

from include.orchestration import airflow_api

BUILT = frozenset({"success", "pass", "warn"})


class DbtBuildOnce(DbtBuildLocalOperator):  # type: ignore[misc]  # Cosmos' operators are untyped
    """Builds the selection in one dbt invocation, upstream of every task of `group`, and gives each of them its state:

    * built and all its tests passed: marked success, through Airflow's API;
    * not selected: skipped, there was nothing new for it;
    * failed, or not built because of a failure: left alone. Its own Cosmos task runs next, really runs dbt for it, and shows the error
      where a person looks for it. The same happens to all that could not be marked: slower, never wrong.

    An empty selection skips everything without starting dbt. The account of `api_conn_id` needs no more than the right to edit task
    instances (Airflow's role *user*).
    """

    def __init__(self, *, group: DbtTaskGroup, api_conn_id: str = airflow_api.AIRFLOW_API, **arguments: Any) -> None:
        # An ephemeral model is never built; Airflow itself sets the state of its empty task, from its parents.
        self.nodes = {uid: task.task_id for uid, task in group.tasks_map.items() if isinstance(task, DbtLocalBaseOperator)}
        self.api_conn_id, self.group_id = api_conn_id, group.group_id
        self.status: dict[str, str] = {}
        #: Tests without a task of their own, and what they test.
        self.tested: dict[str, set[str]] = {}
        # Project, profile and partial-parse cache must be those of the models: dbt would parse the whole project again for others.
        model = next(task for task in group.tasks_map.values() if isinstance(task, DbtBuildLocalOperator))
        super().__init__(
            project_dir=model.project_dir,
            profile_config=model.profile_config,
            invocation_mode=model.invocation_mode,
            cache_dir=model.cache_dir,
            interceptors=model.interceptors,
            dbt_cmd_flags=model.dbt_cmd_flags,
            install_deps=False,
            emit_datasets=False,
            should_store_compiled_sql=False,
            **arguments,
        )
        for task in group.tasks_map.values():
            self >> task

    def handle_exception_dbt_runner(self, result: Any) -> None:
        """Keep each node's status. A failed node is not an error of this task; dbt that could not run at all is."""
        if result.exception:
            super().handle_exception_dbt_runner(result)
        for each in result.result.results:
            uid = each.node.unique_id
            self.status[uid] = str(each.status)
            if uid.startswith("test.") and uid not in self.nodes:
                self.tested[uid] = set(each.node.depends_on.nodes)

    def execute(self, context: Any, **arguments: Any) -> None:
        """Build, mark, and skip the rest.

        :raises DownstreamTasksSkipped: Airflow's way to skip tasks; this one ends as success.
        """
        self.build(context)
        built = self.built_nodes()
        self._mark(context["ti"], [self.nodes[uid] for uid in sorted(built)])
        unselected = [task_id for uid, task_id in self.nodes.items() if uid not in self.status]
        left = ",".join(sorted(self.left_nodes())) or "none"
        self.log.info("dbt_build built=%d unchanged=%d left_to_own_task=%s", len(built), len(unselected), left)
        if unselected:
            raise DownstreamTasksSkipped(tasks=unselected)  # type: ignore[no-untyped-call]

    def build(self, context: Any) -> None:
        """Run dbt for the selection; nothing when it is empty."""
        if (self.select or "").strip():
            super().execute(context)

    def built_nodes(self) -> set[str]:
        """Nodes that dbt built and of which no test failed (a test that was skipped did not pass either)."""
        doubtful = {node for test, nodes in self.tested.items() if self.status[test] not in BUILT for node in nodes}
        return {uid for uid in self.nodes if self.status.get(uid) in BUILT} - doubtful

    def left_nodes(self) -> set[str]:
        """Nodes that were selected and are not built and tested."""
        return {uid for uid in self.nodes if uid in self.status} - self.built_nodes()

    def _mark(self, ti: Any, task_ids: list[str]) -> None:
        if not task_ids:
            return
        try:
            with airflow_api.session(self.api_conn_id) as client:
                whole_group = len(task_ids) == len(self.nodes)
                refused = airflow_api.mark_group(client, ti, self.group_id) if whole_group else airflow_api.mark_tasks(client, ti, task_ids)
        except httpx.HTTPError as error:
            refused = [repr(error)]
        if refused:
            self.log.warning("marking_failed tasks=%d errors=%s: what is not marked now runs dbt for itself", len(task_ids), refused[:3])
