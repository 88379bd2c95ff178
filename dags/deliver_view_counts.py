"""# Count the views of resources

Adds the view events that were landed to Learn's table of events, each once by its uuid, and counts the resources that were viewed anew.
Their documents are made anew as well: searches are sorted by views.

## Schedule
When view events were loaded, and every three hours at minute 40 (UTC).

## Reads
`raw.posthog__views`, and what was delivered of it: `pipelines.delivered_views`.

## Writes
`learning_resources_learningresourceviewevent`, `view_count` of the resources and nothing else of them; `pipelines.outbox`. Asset
`learn_view_counts` when documents have to be made anew.

## When it fails
A killed delivery goes on after the last twenty chunks of events. Events of resources that Learn does not have are passed over and counted
in the result. Delivering the same events again adds nothing.

## Backfill
Not by itself: back-fill `ingest_posthog`; what that adds comes through here.

## Runbook
[Delivery](runbooks/delivery.md)
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, dag

from include.orchestration.assets import LEARN_VIEW_COUNTS, any_raw_of
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, Tag, cron
from include.orchestration.delivery import announce_changes, deliver_view_events


@dag(
    dag_id="deliver_view_counts",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(assets=any_raw_of("views"), timetable=cron("40 */3 * * *", "UTC")),
    dagrun_timeout=timedelta(hours=2),
    deadline=deadline(minutes=60),
    tags=[Tag.DELIVER, Tag.VIEWS],
    **CONSUMER,
)
def deliver_view_counts() -> None:
    deliver_view_events() >> announce_changes.override(outlets=[LEARN_VIEW_COUNTS])()


deliver_view_counts()
