"""Tasks that bring Learn's Postgres to the state of the marts: the reference data first, then the catalogue."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.errors import GuardTripped, NotPublished
from include.orchestration import airflow_api
from include.orchestration.connections import LEARN_DELIVERY, LEARN_VIEWS, WAREHOUSE_READER, postgres
from include.orchestration.defaults import Pool
from include.orchestration.modes import REFERENCE, delivery_modes, told
from include.orchestration.report import raise_if_failed
from include.sources.registry import sources_of

if TYPE_CHECKING:
    from include.delivery.model import DeliveryResult, Modes
    from include.delivery.statements import Link

log = logging.getLogger(__name__)

DECIDE = "decide_removals"


def _clock() -> datetime:
    return datetime.now(UTC)


def _person() -> str:
    return get_current_context()["dag_run"].triggering_user_name or "airflow"


@task(pool=Pool.LEARN_DATABASE.value)
def deliver_reference_data() -> dict[str, dict[str, int]]:
    """Bring the taxonomy to Learn's tables; returns the counts of each kind.

    :raises AirflowSkipException: the seeds were never built.
    """
    from include.delivery.reference import deliver_reference

    context = get_current_context()
    run = context["run_id"]
    if context["params"].get("dry_run"):
        raise AirflowSkipException("A dry run delivers no reference data.")
    mode = delivery_modes().of(REFERENCE)
    if mode != "on":
        raise AirflowSkipException(f"The reference data is not delivered: its mode is {mode} (variable delivery_modes).")
    with postgres(WAREHOUSE_READER) as warehouse, postgres(LEARN_DELIVERY) as learn:
        try:
            return {kind: asdict(result) for kind, result in deliver_reference(warehouse, learn, run, _clock).items()}
        except NotPublished as error:
            raise AirflowSkipException(str(error)) from error


@task(pool=Pool.LEARN_DATABASE.value, execution_timeout=timedelta(hours=2), trigger_rule=TriggerRule.NONE_FAILED)
def deliver_catalog(params: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Write the resources that differ; returns the counts of each source.

    :raises AirflowSkipException: the marts are being rebuilt, or the last build failed; their publication triggers the next delivery. Or
        it was a dry run: the note of the run says what a delivery would do.
    """
    from include.delivery import deliver, dry_run

    ti, modes, release = get_current_context()["ti"], delivery_modes(), params["release_removals"]
    with postgres(WAREHOUSE_READER) as warehouse, postgres(LEARN_DELIVERY) as learn:
        try:
            if params["dry_run"]:
                changes = dry_run(warehouse, learn, ti.run_id, _clock, release_removals=release, modes=modes)
                note = "Dry run; nothing was written. " + ("\n".join(map(str, changes)) or "Nothing would change.")
                airflow_api.note_run(ti, note)
                raise AirflowSkipException(note)
            results = deliver(
                warehouse, learn, ti.run_id, _clock,
                release_removals=release, decided_by=_person(), modes=modes, first_load_created_on="source",
            )  # fmt: skip
        except NotPublished as error:
            raise AirflowSkipException(str(error)) from error
        ask_about_removals(learn, results.values())
    tell_modes(ti, modes, [source.key for source in sources_of("catalog")])
    return {source: asdict(result) for source, result in results.items()}


def ask_about_removals(learn: Link, results: Iterable[DeliveryResult]) -> None:
    """Start `decide_removals` for every source with removals that nobody was asked about; once per set, however often it is tried.

    No task of its own: almost never is there anything to ask, and a task costs every delivery a second.
    """
    from include.delivery import removals

    if not any(result.held_back for result in results):
        return
    waiting = removals.unasked(learn)
    if not waiting:
        return
    with airflow_api.session() as client:
        for each in waiting:
            airflow_api.start_run(client, DECIDE, f"{each.source}__{each.latest}", {"source": each.source})
            log.info("asked source=%s removals=%d", each.source, each.removals)


@task(pool=Pool.LEARN_DATABASE.value)
def sweep_unused() -> dict[str, int]:
    """Delete the shared rows that we made and nobody refers to; returns how many of each kind."""
    from include.delivery import sweep

    with postgres(LEARN_DELIVERY) as learn:
        return sweep(learn, get_current_context()["run_id"])


def tell_modes(ti: Any, modes: Modes, feeds: list[str]) -> None:
    """Say which feeds were passed over, in the note of the run."""
    passed_over = told(modes, feeds)
    if passed_over:
        log.info("modes told='%s'", passed_over)
        airflow_api.note_run(ti, passed_over)


@task(execution_timeout=timedelta(hours=2))
def compare_shadow() -> dict[str, str]:
    """Deliver the feeds in the mode `shadow` beside Learn's tables; returns how each agrees with what Learn's own loaders wrote.

    :raises AirflowSkipException: no feed is in that mode, or the marts are not published.
    """
    from include.delivery import deliver_shadow

    ti, modes = get_current_context()["ti"], delivery_modes()
    if not any(modes.of(source.key) == "shadow" for source in sources_of("catalog")):
        raise AirflowSkipException("No feed is in the mode shadow (variable delivery_modes).")
    with postgres(WAREHOUSE_READER) as warehouse, postgres(LEARN_DELIVERY) as learn:
        try:
            reports = deliver_shadow(warehouse, learn, ti.run_id, _clock, modes)
        except NotPublished as error:
            raise AirflowSkipException(str(error)) from error
    lines = {source: str(parity) for source, parity in sorted(reports.items())}
    airflow_api.note_run(ti, "\n".join(f"{source}: {line}" for source, line in lines.items()))
    return lines


@task(pool=Pool.LEARN_DATABASE.value)
def deliver_feed_items(params: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Write the news and events that differ; returns the counts of each feed.

    :raises AirflowSkipException: the marts are being rebuilt, or the last build failed; their publication triggers the next delivery.
    """
    from include.delivery.news import deliver_news

    modes = delivery_modes()
    with postgres(WAREHOUSE_READER) as warehouse, postgres(LEARN_DELIVERY) as learn:
        try:
            results = deliver_news(
                warehouse, learn, _news_run(), _clock, release_removals=params["release_removals"], decided_by=_person(), modes=modes
            )
        except NotPublished as error:
            raise AirflowSkipException(str(error)) from error
        ask_about_removals(learn, results.values())
    tell_modes(get_current_context()["ti"], modes, [source.key for source in sources_of("news")])
    return {feed: asdict(result) for feed, result in results.items()}


def _news_run() -> str:
    """The key of a run in the ledger, with the name of the DAG: the catalogue's delivery may have a run of the same moment."""
    dag_run = get_current_context()["dag_run"]
    return f"{dag_run.dag_id}/{dag_run.run_id}"


@task
def announce_news() -> None:
    """Emit the asset of Learn's news when this run wrote a row, in whichever attempt.

    :raises AirflowSkipException: nothing was written.
    """
    with postgres(LEARN_DELIVERY) as learn:
        row = learn.execute("select sum(rows_written) from pipelines.delivery_run where run_key = %s", [_news_run()]).fetchone()
    if not (row and row[0]):
        raise AirflowSkipException("Nothing new: every item is as it was delivered before.")


@task(pool=Pool.LEARN_DATABASE.value)
def deliver_view_events() -> dict[str, int]:
    """Add the view events that were landed since, and count the resources that were viewed; returns the counts.

    :raises AirflowSkipException: no view event was ever loaded.
    """
    from include.delivery.views import deliver_views

    off = told(delivery_modes(), [source.key for source in sources_of("views")])
    if off:
        raise AirflowSkipException(f"Views are not counted here: {off} (variable delivery_modes).")
    run = get_current_context()["run_id"]
    with postgres(WAREHOUSE_READER) as warehouse, postgres(LEARN_VIEWS) as learn:
        try:
            return asdict(deliver_views(warehouse, learn, run, _clock))
        except NotPublished as error:
            raise AirflowSkipException(str(error)) from error


@task(trigger_rule=TriggerRule.NONE_FAILED)
def announce_changes() -> None:
    """Emit the asset of Learn's tables when documents have to be made anew. The outbox says so, also after a killed attempt.

    :raises AirflowSkipException: the outbox is empty.
    """
    with postgres(LEARN_DELIVERY) as learn:
        row = learn.execute("select count(*) from pipelines.outbox").fetchone()
    waiting = row[0] if row else 0
    log.info("outbox waiting=%d", waiting)
    if not waiting:
        raise AirflowSkipException("Nothing new: no document has to be made anew.")


@task(trigger_rule=TriggerRule.ALL_DONE)
def report_delivery(delivered: dict[str, dict[str, int]] | None) -> None:
    """Fail the run when a task failed, or when removals are held back until a person decides.

    :raises GuardTripped: with the sources and the number of removals.
    """
    ti = get_current_context()["ti"]
    raise_if_failed(ti)
    raise_if_held(delivered or {}, ti.run_id)


def raise_if_held(delivered: dict[str, dict[str, int]], run: str) -> None:
    """Say what was held back.

    :raises GuardTripped: when a person has to decide about some of it.
    """
    held, rejected = (
        ", ".join(f"{counts[name]} of {source}" for source, counts in sorted(delivered.items()) if counts[name])
        for name in ("held_back", "rejected")
    )
    if rejected:
        log.info("removals_rejected kept='%s'", rejected)
    if held:
        raise GuardTripped(
            f"Removals are held back: {held}",
            run=run,
            where="pipelines.held_removal",
            what_to_do="Answer the run of decide_removals of each source (Required actions in Airflow's UI): release, or reject.",
        )
