"""# Delete shared rows of Learn that nobody refers to any more

Images, prices, tags and instructors are shared by value. When the last course that showed one shows another, the row stays; this run
deletes it, if delivery made it. Rows of Learn's own loaders and staff are not looked at.

## Schedule
Every day at 06:50 (UTC).

## Reads
`pipelines.made_row`, and every table of Learn that may refer to such a row.

## Writes
Deletes from `learning_resources_learningresourceimage`, `_price`, `_contenttag` and `_instructor`, and from `pipelines.made_row`.

## When it fails
Nothing depends on it: the rows are deleted the next day. Somebody of Learn who takes a row up at the same moment is a reason to try again.

## Backfill
None.

## Runbook
[Delivery](runbooks/delivery.md)
"""

from datetime import timedelta

from airflow.sdk import dag

from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, Tag, cron
from include.orchestration.delivery import sweep_unused


@dag(
    dag_id="maintain_shared_rows",
    doc_md=__doc__,
    schedule=cron("50 6 * * *", "UTC"),
    dagrun_timeout=timedelta(hours=2),
    deadline=deadline(minutes=45),
    tags=[Tag.MAINTAIN, Tag.CATALOG],
    **CONSUMER,
)
def maintain_shared_rows() -> None:
    sweep_unused()


maintain_shared_rows()
