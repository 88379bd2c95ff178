"""# Ask a person about removals that are held back

The removal guard holds back what leaves a source in too great a number, or after it was read empty, and delivers the rest. This run asks
about one source: the question, with the number and samples of what would leave, waits under *Required actions* in Airflow's UI. It takes no
worker and holds no delivery up.

## Schedule
None: a delivery starts it when something is held back, once for each set. By hand, with `source`, to decide anew about what was rejected.

## Reads
`pipelines.held_removal` in Learn's database, and Learn's titles of what it names.

## Writes
The decision into `pipelines.held_removal`: what, who, when. Released removals are delivered by a run of `deliver_app_database` or
`deliver_news`, which it starts; rejected ones stay published, and are asked about again only when more is held back.

## When it fails
Without an answer for 14 days the question fails; nothing leaves. Clear `ask_person` to ask again. A question whose removals all came back,
or which a later question took over, has no effect and says so.

## Backfill
None.

## Runbook
[Delivery](runbooks/delivery.md)
"""

from datetime import timedelta

from airflow.sdk import dag

from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, HELD_SOURCE, Tag
from include.orchestration.removals import describe_held, put_question, record_decision, start_delivery


@dag(
    dag_id="decide_removals",
    doc_md=__doc__,
    schedule=None,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(days=15),
    deadline=deadline(minutes=24 * 60),
    tags=[Tag.DECIDE, Tag.DELIVER],
    params={"source": HELD_SOURCE},
    **CONSUMER,
)
def decide_removals() -> None:
    answer = put_question(describe_held())
    start_delivery(record_decision(answer.output))


decide_removals()
