"""What all DAGs share: owner, tags, pools, settings, and the parameters of the trigger form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param

from include.orchestration.retries import RETRY_TRANSIENT

OWNER = "learn-pipelines"
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""Start date of every DAG: the first day for which a backfill may be asked. No DAG catches up by itself."""


class Tag(StrEnum):
    """Every tag that a DAG may carry beside the key of its source: the step, and what it is about."""

    INGEST = "ingest"
    TRANSFORM = "transform"
    DELIVER = "deliver"
    DECIDE = "decide"
    SYNC = "sync"
    REBUILD = "rebuild"
    RECONCILE = "reconcile"
    WATCH = "watch"
    MAINTAIN = "maintain"
    REFERENCE = "reference"
    CATALOG = "catalog"
    NEWS = "news"
    VIEWS = "views"


class Pool(StrEnum):
    """Every pool beside those of the upstreams; their sizes are in `include/local/pools.py` and in `airflow_settings.yaml`."""

    WAREHOUSE_LOAD = "warehouse_load"
    DBT = "dbt"
    LEARN_DATABASE = "learn_database"
    SEARCH_INDEX = "search_index"
    SEARCH_REBUILD = "search_rebuild"


def cron(expression: str, timezone: str) -> CronTriggerTimetable:
    """A schedule by the clock of a time zone; such a DAG can be back-filled."""
    return CronTriggerTimetable(expression, timezone=timezone)


def upstream_pool(source: str) -> str:
    """The pool that limits how many tasks ask one upstream at once."""
    return f"upstream_{source}"


LIMIT = Param(
    None,
    type=["null", "integer"],
    minimum=1,
    title="Limit",
    description_md=(
        "Pull at most this many records of each stream, for a trial. Such a landing counts as incomplete: **nothing is "
        "ever removed** because of it. Empty: all."
    ),
)
FULL = Param(
    False,
    type="boolean",
    title="Full",
    description_md=(
        "Fetch everything again, also what the upstream says is unchanged (`ocw`: objects with the same ETag). What is "
        "the same adds nothing to the warehouse."
    ),
)
FROM_LANDING = Param(
    None,
    type=["null", "string"],
    pattern=r"^(\d{4}-\d{2}-\d{2}|[A-Za-z0-9_.\-]+)$",
    title="From landing",
    description_md=(
        "Do not ask the upstream; load what was landed before: a **day** (`2026-11-22`) or a **run key** (the `run=` part"
        " of the landing's keys). Empty: pull."
    ),
)
RELEASE_REMOVALS = Param(
    False,
    type="boolean",
    title="Release removals",
    description_md=(
        "Unpublish also what the guard holds back (more than max(50, 10 %) of a source at once), of all sources. For one source, "
        "or to reject: answer the run of `decide_removals`. **Look at `pipelines.held_removal` first.**"
    ),
)
DRY_RUN = Param(
    False,
    type="boolean",
    title="Dry run",
    description_md=(
        "Write nothing to Learn. What would be added, changed (field by field) and removed is in the table "
        "`pipelines.dry_run_difference` of Learn's database, its sums in the note of the run."
    ),
)
HELD_SOURCE = Param(
    type="string",
    minLength=1,
    title="Source",
    description_md="The `etl_source` whose removals are held back, as `pipelines.held_removal` has it.",
)
REBUILD = Param(
    False,
    type="boolean",
    title="Rebuild",
    description_md="Build every model anew from all raw versions (`--full-refresh`), also where nothing is new.",
)


def _tasks(retries: int, retry_delay: timedelta, backoff: float, max_retry_delay: timedelta) -> dict[str, Any]:
    return {
        "owner": OWNER,
        "retries": retries,
        "retry_delay": retry_delay,
        "retry_exponential_backoff": backoff,
        "max_retry_delay": max_retry_delay,
        "retry_policy": RETRY_TRANSIENT,
        "execution_timeout": timedelta(hours=1),
    }


CONSUMER: dict[str, Any] = {
    "start_date": FIRST_DAY,
    "catchup": False,
    "max_active_runs": 16,
    "default_args": _tasks(3, timedelta(seconds=15), 2, timedelta(minutes=10)),
}
"""Settings of a DAG that follows assets. Not one active run: Airflow 3.3.2 would lose queued events (apache/airflow#56050)."""

INGEST: dict[str, Any] = {
    "start_date": FIRST_DAY,
    "catchup": False,
    "max_active_runs": 1,
    "params": {"limit": LIMIT, "full": FULL, "from_landing": FROM_LANDING},
    "default_args": _tasks(4, timedelta(seconds=20), 3, timedelta(minutes=15)),
}
"""Settings of `ingest_<source>`."""
