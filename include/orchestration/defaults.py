"""The words that all DAGs share: owner, tags, pools, and the parameters of the trigger form."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from airflow.sdk import Param

OWNER = "learn-pipelines"
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""Start date of every DAG: the first day for which a backfill may be asked. No DAG catches up by itself."""


class Tag(StrEnum):
    """Every tag that a DAG may carry: the step, and the source where there is one."""

    INGEST = "ingest"
    TRANSFORM = "transform"
    DELIVER = "deliver"
    SYNC = "sync"
    REFERENCE = "reference"
    CATALOG = "catalog"
    MITXONLINE = "mitxonline"
    XPRO = "xpro"
    OCW = "ocw"


class Pool(StrEnum):
    """Every pool; their sizes are in `include/local` and in `airflow_settings.yaml.example`."""

    UPSTREAM_MITXONLINE = "upstream_mitxonline"
    UPSTREAM_XPRO = "upstream_xpro"
    UPSTREAM_OCW = "upstream_ocw"
    WAREHOUSE_LOAD = "warehouse_load"
    DBT = "dbt"
    LEARN_DATABASE = "learn_database"
    SEARCH_INDEX = "search_index"


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
        "Unpublish also what the guard holds back (more than max(50, 10 %) of a source at once). **Look at "
        "`pipelines.held_removal` first.**"
    ),
)
REBUILD = Param(
    False,
    type="boolean",
    title="Rebuild",
    description_md="Build every model anew from all raw versions (`--full-refresh`), also where nothing is new.",
)
