"""# Deliver the taxonomy to Learn

Topics, mappings, departments, schools, platforms and offerors are versioned as seeds of the dbt project. They are matched with
Learn's rows by what identifies them; ids stay, what editors added stays, unchanged rows are not written.

## Schedule
When the seeds were loaded, and daily at 04:30 UTC.

## Reads
The schema `reference` of the warehouse.

## Writes
Learn's tables of platforms, offerors, schools, departments, topics and topic mappings; the outbox, for resources whose documents show a
changed name. Asset `learn_reference` when documents have to be made anew.

## When it fails
A seed that names something that does not exist (`ContractBroken`) fails at once and writes nothing. Locks (`LearnBusy`) are waited for.

## Backfill
Not needed: a run brings the present seeds.

## Runbook
[Delivery](runbooks/delivery.md)
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, dag

from include.orchestration.assets import LEARN_REFERENCE, REFERENCE_SEEDS
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, Tag, cron
from include.orchestration.delivery import announce_changes, deliver_reference_data


@dag(
    dag_id="deliver_reference",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(assets=REFERENCE_SEEDS, timetable=cron("30 4 * * *", "UTC")),
    dagrun_timeout=timedelta(hours=2),
    deadline=deadline(minutes=45),
    tags=[Tag.DELIVER, Tag.REFERENCE],
    **CONSUMER,
)
def deliver_reference() -> None:
    deliver_reference_data() >> announce_changes.override(outlets=[LEARN_REFERENCE])()


deliver_reference()
