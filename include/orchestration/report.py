"""What a report task does: it runs whatever happened before, and must not paint a failed run green."""

from __future__ import annotations

from typing import Any

from include.errors import PipelineError

FAILED = frozenset({"failed", "upstream_failed"})


class StepsFailed(PipelineError):
    """Tasks of this run failed; each has its own error."""


def raise_if_failed(ti: Any) -> None:
    """Fail when another task of the run of `ti` has failed.

    :raises StepsFailed: naming them.
    """
    states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id]).get(ti.run_id, {})
    failed = sorted(task_id for task_id, state in states.items() if state in FAILED and task_id != ti.task_id)
    if failed:
        raise StepsFailed(
            f"{len(failed)} tasks failed",
            run=ti.run_id,
            where=", ".join(failed),
            what_to_do="Open the first of them, mend the cause (docs/runbooks), and clear it with what follows.",
        )
