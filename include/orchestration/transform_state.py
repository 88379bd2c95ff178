"""What the tasks that run dbt do besides: set the moment for which they build, hold the lock, close and open the marts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from include.orchestration.connections import WAREHOUSE_READER, postgres
from include.warehouse import transforms

log = logging.getLogger(__name__)

MOMENT = "CATALOG_AS_OF"
WAS_PUBLISHED = "was_published"


def mart_of(context: Any) -> str:
    """The mart that a run builds: `catalog` of `transform_catalog`."""
    return str(context["dag_run"].dag_id).removeprefix("transform_")


def set_moment(context: Any, operator: Any) -> None:
    """Let dbt build for now. Time is never taken from the run, so no re-run of whatever age brings an old state back.

    Cosmos calls this before each dbt command. It is an environment variable because another `--vars` makes dbt parse everything again.
    """
    operator.env = {**(operator.env or {}), MOMENT: datetime.now(UTC).isoformat()}


@contextmanager
def sole_builder() -> Iterator[Any]:
    """A warehouse connection that holds the lock of the one dbt, released when the process ends, however it ends."""
    with postgres(WAREHOUSE_READER, autocommit=True) as connection:
        log.info("build_lock waiting")
        connection.execute("select pg_advisory_lock(%s)", [transforms.BUILD_LOCK])
        log.info("build_lock held")
        yield connection


def before_model(context: Any) -> None:
    """Before a model's own task runs dbt: wait for a dbt whose worker was killed and which still runs; close the marts.

    When this run, or another, is building already, the marts are closed and stay so until its publication.
    """
    run = context["run_id"]
    with sole_builder() as connection:
        if transforms.reopen(connection, run, mart_of(context)):
            context["task_state_store"].set(WAS_PUBLISHED, True)
            log.info("marts_closed run=%s reason='a published model is built again'", run)


def after_model(context: Any, result: Any = None) -> None:
    """After a model and its tests passed: open the marts again, if it was this task that closed them."""
    store = context["task_state_store"]
    if not store.get(WAS_PUBLISHED):
        return
    with postgres(WAREHOUSE_READER) as connection:
        transforms.restore(connection, context["run_id"], mart_of(context))
    store.delete(WAS_PUBLISHED)
    log.info("marts_open run=%s", context["run_id"])
