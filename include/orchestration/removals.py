"""Tasks about removals that the guard held back: ask a person, record the answer, deliver what was released."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.orchestration import airflow_api
from include.orchestration.connections import LEARN_DELIVERY, postgres
from include.orchestration.defaults import Pool
from include.sources.registry import sources_of

log = logging.getLogger(__name__)

RELEASE, REJECT = "release", "reject"
PATIENCE = timedelta(days=14)
"""How long a question waits for its answer; then it fails, and what it is about stays published and held."""


@task(pool=Pool.LEARN_DATABASE.value)
def describe_held(params: dict[str, Any]) -> dict[str, str]:
    """What the person is told: `subject` and `body` of the question about all that is held back of the source.

    :raises AirflowSkipException: nothing is held back any more.
    """
    from include.delivery import removals

    ti = get_current_context()["ti"]
    with postgres(LEARN_DELIVERY) as learn:
        question = removals.ask(learn, ti.run_id, params["source"])
    if question is None:
        raise AirflowSkipException(f"Nothing of {params['source']} is held back.")
    airflow_api.note_run(ti, question.subject)
    return {"subject": question.subject, "body": question.body}


def put_question(question: Any) -> HITLOperator:
    """The task `ask_person`, which waits in Airflow's list of required actions and takes no worker meanwhile."""
    ask_person = HITLOperator(
        task_id="ask_person",
        subject="{{ ti.xcom_pull(task_ids='describe_held')['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='describe_held')['body'] }}",
        options=[RELEASE, REJECT],
        response_timeout=PATIENCE,
        execution_timeout=None,
    )
    question >> ask_person
    return ask_person


@task(pool=Pool.LEARN_DATABASE.value)
def record_decision(answer: dict[str, Any]) -> str:
    """Write the answer into the ledger, with who gave it and when; returns it."""
    from include.delivery import removals

    ti = get_current_context()["ti"]
    [decision] = answer["chosen_options"]
    person = (answer.get("responded_by_user") or {}).get("name") or "unknown"
    with postgres(LEARN_DELIVERY) as learn:
        decided = removals.decide(learn, ti.run_id, decision, person, datetime.now(UTC))
    said = (
        f"{person}: {decision} {decided} removals." if decided else "Nothing left to decide: they came back, or a later question has them."
    )
    airflow_api.note_run(ti, said)
    log.info("decided decision=%s by=%s removals=%d", decision, person, decided)
    return decision if decided else REJECT


@task
def start_delivery(decision: str, params: dict[str, Any]) -> None:
    """Deliver what was released now, and not with the next run of the clock.

    :raises AirflowSkipException: the removals were rejected.
    """
    if decision != RELEASE:
        raise AirflowSkipException("Nothing to deliver: what was held back stays published.")
    of_news = params["source"] in {source.key for source in sources_of("news")}
    delivery = "deliver_news" if of_news else "deliver_app_database"
    with airflow_api.session() as client:
        airflow_api.start_run(client, delivery, f"released__{get_current_context()['run_id']}", {})
