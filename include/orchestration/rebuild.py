"""Tasks of `rebuild_search_index`: load new indexes beside those that serve, verify them, move the aliases, keep the former ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.orchestration.airflow_api import note_run
from include.orchestration.connections import LEARN_SEARCH, learn_base_url, postgres, search_index
from include.orchestration.defaults import Pool
from include.orchestration.report import raise_if_failed
from include.search.names import REBUILT_TYPES

if TYPE_CHECKING:
    from include.search.rebuild import Rebuilding

log = logging.getLogger(__name__)

EACH_TYPE = "{{ index_type }}"
INDEX_TYPES = Param(
    list(REBUILT_TYPES),
    type="array",
    items={"type": "string", "enum": list(REBUILT_TYPES)},
    examples=list(REBUILT_TYPES),
    title="Indexes",
    description_md="Types of resources whose index is rebuilt, and `percolator`: the stored queries, which are copied as Learn wrote them.",
)
DOCUMENTS_PER_SECOND = Param(
    None,
    type=["null", "integer"],
    minimum=1,
    title="Documents per second",
    description_md="Load no faster than this, to leave the cluster room for its readers. Empty: as fast as it goes.",
)
RESTART = Param(
    False,
    type="boolean",
    title="Restart",
    description_md="Begin with an empty index, instead of going on with one that an interrupted or failed rebuild left behind.",
)
ROLLBACK = Param(
    False,
    type="boolean",
    title="Roll back",
    description_md=(
        "Let the index serve again that served **before** the present one, brought to the present state of Learn. The present one is kept."
    ),
)


@contextmanager
def _rebuilding(index_type: str, documents_per_second: float | None = None) -> Iterator[Rebuilding]:
    from include.search.pace import Pace
    from include.search.rebuild import Rebuilding

    context = get_current_context()
    context["index_type"] = index_type  # type: ignore[typeddict-unknown-key]
    index = search_index()
    with postgres(LEARN_SEARCH) as learn:
        yield Rebuilding(
            learn,
            index.client,
            index.prefix,
            index_type,
            context["run_id"],
            lambda: datetime.now(UTC),
            shards=index.shards,
            replicas=index.replicas,
            app_base_url=learn_base_url(),
            pace=Pace(documents_per_second),
        )


@task
def choose_indexes(params: dict[str, Any]) -> list[str]:
    """The types of the parameter, each once."""
    return [index_type for index_type in REBUILT_TYPES if index_type in params["types"]]


@task(map_index_template=EACH_TYPE, pool=Pool.SEARCH_REBUILD.value, execution_timeout=timedelta(hours=4))
def load_candidate(index_type: str, params: dict[str, Any]) -> dict[str, Any]:
    """Load a new index while the present one serves and is written to; a retry goes on where it was. Returns what was loaded."""
    from include.search.rebuild import bring_back
    from include.search.rebuild import load_candidate as load

    with _rebuilding(index_type, params["documents_per_second"]) as rebuilding:
        again = get_current_context()["ti"].try_number > 1  # the first attempt emptied it
        loaded = bring_back(rebuilding) if params["rollback"] else load(rebuilding, restart=params["restart"] and not again)
    return {"index_type": index_type, **asdict(loaded)}


@task(
    map_index_template=EACH_TYPE,
    pool=Pool.SEARCH_INDEX.value,
    execution_timeout=timedelta(hours=1),
    trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS,
)
def swap_alias(loaded: dict[str, Any]) -> dict[str, Any]:
    """While no sync runs: catch up for the last time, verify, and let the new index serve. Returns what was verified.

    :raises AirflowSkipException: it serves already.
    :raises VerificationFailed: it is not fit; the old one goes on serving.
    """
    from include.search.rebuild import swap_alias as swap

    with _rebuilding(loaded["index_type"]) as rebuilding:
        swapped = swap(rebuilding)
    if swapped is None:
        raise AirflowSkipException("The new index serves already.")
    return {"index_type": loaded["index_type"], **asdict(swapped)}


@task(
    map_index_template=EACH_TYPE,
    pool=Pool.SEARCH_INDEX.value,
    trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS,
)
def remove_former_indexes(swapped: dict[str, Any]) -> list[str]:
    """Delete indexes that served before the two former ones; returns their names."""
    from include.search.rebuild import remove_former

    with _rebuilding(swapped["index_type"]) as rebuilding:
        return remove_former(rebuilding)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report_rebuild(swapped: list[dict[str, Any]] | None) -> None:
    """Put on the run which index serves now, and fail the run when a task failed."""
    ti = get_current_context()["ti"]
    lines = [
        f"{each['index_type']}: {(each['verified'] or {}).get('documents', 0)} documents in {each['index']}, before: {each['former']}"
        for each in swapped or []
    ]
    if lines:
        note_run(ti, "\n".join(lines))
    raise_if_failed(ti)
