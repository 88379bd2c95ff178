"""# Bring Learn's tables of news and events to the state of their marts

Writes only items that differ, in chunks of one transaction each; a second run writes nothing. An item that left its feed and an event that
is over are deleted, as Learn itself does. No search index is involved.

## Schedule
When the marts of the news were published, and every hour at minute 40 (UTC).

## Reads
The news marts of the warehouse, `ops.mart_state`, and from `ops.loads` when each feed was last read.

## Writes
Only feeds whose mode is `on` (variable `delivery_modes`).
`news_events_feedsource`, `_feeditem`, `_feednewsdetail`, `_feedeventdetail` and `_feedimage` of Learn; the ledger
`pipelines.delivered_feed_item` beside them. Images are deleted when this delivery made them and nobody shows them any more. Asset
`learn_news` when a row was written.

## When it fails
While the marts are being rebuilt, or failed their tests, the delivery is skipped and says so; their publication triggers the next. A feed
without any item, or one of which more than max(10, 50 %) left at once, keeps what it has (`GuardTripped`): the rest is delivered,
`decide_removals` asks a person, and the run fails until there is an answer. Events that are over do
not count. A killed delivery goes on after its last chunk.

## Backfill
Not by itself: back-fill the ingest DAGs; what that changes comes through here. A run always works on the present state.

## Runbook
[Delivery](runbooks/delivery.md)
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, dag

from include.orchestration.assets import LEARN_NEWS, MARTS_NEWS
from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, RELEASE_REMOVALS, Tag, cron
from include.orchestration.delivery import announce_news, deliver_feed_items, report_delivery


@dag(
    dag_id="deliver_news",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(assets=MARTS_NEWS, timetable=cron("40 * * * *", "UTC")),
    dagrun_timeout=timedelta(hours=1),
    deadline=deadline(minutes=45),
    tags=[Tag.DELIVER, Tag.NEWS],
    params={"release_removals": RELEASE_REMOVALS},
    **CONSUMER,
)
def deliver_news() -> None:
    delivered = deliver_feed_items()
    delivered >> announce_news.override(outlets=[LEARN_NEWS])() >> report_delivery(delivered)


deliver_news()
