"""Tasks of `ingest_<source>`: plan the run, pull each stream into the landing, load it as raw versions, announce what is new, report.

A run key is a function of the DAG run, so a retry and a clear write the same object keys. A backfill run never asks the upstream: it
loads what was landed on its day.
"""

from __future__ import annotations

import logging
from datetime import UTC, timedelta
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.landing.keys import run_key
from include.orchestration import sources
from include.orchestration.airflow_api import note_run
from include.orchestration.assets import raw_asset
from include.orchestration.callbacks import deadline
from include.orchestration.connections import s3_bucket
from include.orchestration.dag_docs import ingest_text
from include.orchestration.defaults import INGEST, Pool, Tag, upstream_pool
from include.orchestration.report import raise_if_failed

log = logging.getLogger(__name__)

BACKFILL = "backfill"
EACH_STREAM = "{{ stream }}"


def landing_run(dag_run: Any) -> str:
    """The run key of a DAG run. `run_after` is the moment that the run is for; no retry or clear changes it."""
    return run_key(dag_run.dag_id, dag_run.run_id, dag_run.run_after)


def ingest(source: str, text: str | None, *, late_after_minutes: int, timeout_hours: int = 3) -> dict[str, Any]:
    """Arguments of ``@dag`` for `ingest_<source>`, beside its schedule.

    :param text: the docstring of the DAG's file; what holds for every feed is added under its headings.
    :param late_after_minutes: so much longer than usual is reported; at ``timeout_hours`` the run is failed.
    """
    return {
        **INGEST,
        "dagrun_timeout": timedelta(hours=timeout_hours),
        "doc_md": ingest_text(source, text or ""),
        "deadline": deadline(minutes=late_after_minutes),
        "tags": [Tag.INGEST.value, sources.source_of(source).group, source],
    }


def ingest_pages(source: str) -> None:
    """The tasks of a feed that is asked for its records."""
    work = plan_run(source)  # type: ignore[call-arg]  # Airflow gives the parameters
    _load_and_announce(source, pull_pages(source, work))


def ingest_objects(source: str) -> None:
    """The tasks of a bucket: its listing says which objects are fetched."""
    work = plan_run(source)  # type: ignore[call-arg]  # Airflow gives the parameters
    _load_and_announce(source, pull_pages(source, work, after=list_objects(source, work)))


def _load_and_announce(source: str, landed: Any) -> None:
    announce(source, load_raw(source, landed)) >> report()


@task
def plan_run(source: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry per stream: `{"stream", "replay"}`, where `replay` lists the manifests to load again; empty means: pull.

    :raises AirflowSkipException: a backfill of a day on which nothing was landed.
    :raises NothingLanded: `from_landing` names a day or run of which nothing is there.
    """
    context = get_current_context()
    dag_run = context["dag_run"]
    wanted = params["from_landing"]
    if dag_run.run_type == BACKFILL and not wanted:
        day = dag_run.run_after.astimezone(UTC).date()
        replay = sources.landed(s3_bucket(), source, day=day)
        if not replay:
            note = f"Nothing of {source} was landed on {day}; a backfill replays landings and never asks the upstream."
            note_run(context["ti"], note)
            raise AirflowSkipException(note)
        return replay
    if wanted:
        return sources.landed_or_error(s3_bucket(), source, wanted)
    return [{"stream": stream, "replay": []} for stream in sources.loaded_streams(source)]


def list_objects(source: str, work: Any) -> Any:
    """The task `list_objects`, in the pool of its upstream."""
    return _list_objects.override(pool=upstream_pool(source))(source, work)  # type: ignore[call-arg]  # Airflow gives the parameters


@task(task_id="list_objects")
def _list_objects(source: str, work: list[dict[str, Any]], params: dict[str, Any]) -> str | None:
    """Land the listing of a bucket, with which the other streams find out what changed: always whole. A replay needs none."""
    if any(each["replay"] for each in work):
        return None
    return _land(source, sources.LISTING, {**params, "limit": None})


def pull_pages(source: str, work: Any, after: Any = None) -> Any:
    """The tasks `pull_pages`, one per stream, in the pool of their upstream; ``after``: a listing that they compare with."""
    pulled = _pull_pages.override(pool=upstream_pool(source)).partial(source=source).expand(work=work)
    if after is not None:
        after >> pulled
    return pulled


@task(task_id="pull_pages", map_index_template=EACH_STREAM)
def _pull_pages(source: str, work: dict[str, Any], params: dict[str, Any]) -> list[str]:
    """Land one stream; returns the keys of the manifests to load. Goes on where a killed attempt stopped."""
    get_current_context()["stream"] = work["stream"]  # type: ignore[typeddict-unknown-key]
    return work["replay"] or [_land(source, work["stream"], params)]


def _land(source: str, stream: str, params: dict[str, Any]) -> str:
    context = get_current_context()
    return sources.land(
        source,
        stream,
        s3_bucket(),
        run=landing_run(context["dag_run"]),
        dag_run=context["dag_run"],
        store=context["task_state_store"],
        limit=params["limit"],
        full=params["full"],
    )


def load_raw(source: str, landed: Any) -> Any:
    """The tasks `load_raw`, one per stream."""
    return _load_raw.partial(source=source).expand(landed=landed)


@task(task_id="load_raw", map_index_template=EACH_STREAM, pool=Pool.WAREHOUSE_LOAD.value, trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def _load_raw(source: str, landed: list[str]) -> dict[str, Any]:
    """Add what differs to the raw versions of one stream, in the order in which it was observed; returns the counts."""
    context = get_current_context()
    loaded = sources.load(s3_bucket(), source, landed, landing_run(context["dag_run"]))
    context["stream"] = loaded["stream"]  # type: ignore[typeddict-unknown-key]
    return loaded


def announce(source: str, loaded: Any) -> Any:
    """The task `announce`, whose outlet are the raw tables of the source."""
    return _announce.override(outlets=[raw_asset(source)])(loaded)


@task(task_id="announce", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def _announce(loaded: list[dict[str, Any]]) -> None:
    """Emit the asset of the raw tables when a version was added; the chain ends here when none was.

    :raises AirflowSkipException: nothing new.
    """
    totals = {name: sum(each[name] for each in loaded) for name in sources.COUNTS}
    told = " ".join(f"{name}={count}" for name, count in totals.items())
    log.info("ingested %s", told)
    if not totals["new_versions"] + totals["removed"]:
        raise AirflowSkipException(f"Nothing new: {told}")


@task(trigger_rule=TriggerRule.ALL_DONE)
def report() -> None:
    """Fail the run when one of its tasks failed, or a part of the feed was not read, whatever came after it."""
    context = get_current_context()
    raise_if_failed(context["ti"])
    sources.raise_if_unread(landing_run(context["dag_run"]))
