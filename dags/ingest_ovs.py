"""# ODL Video Service: videos, and the playlists that they lie in

The service lists its public videos page by page, each with its collection. A run reads the list whole; a webhook tells of one video at a
time (`POST /webhooks/ovs_videos/`, signed) and starts a run that loads only that.

## Schedule
Daily at 09:00 UTC, and for each webhook.

## Reads
`api/v0/public/videos/` of the connection `upstream_ovs`; the webhook's secret is the password of the connection `webhooks`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_ovs", schedule=cron("0 9 * * *", "UTC"), **ingest("ovs", __doc__, late_after_minutes=150))
def ingest_ovs() -> None:
    ingest_pages("ovs")


ingest_ovs()
