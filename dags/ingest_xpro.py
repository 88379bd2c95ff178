"""# xPRO: courses and programs

MIT xPRO publishes two plain JSON lists. They are read by the low-code manifest `include/sources/manifests/xpro.yaml`, the first of
its kind: another plain REST feed is one more manifest, one staging model and one file like this.

## Schedule
Daily at 05:00 UTC.

## Reads
`api/courses/` and `api/programs/` of the connection `upstream_xpro`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_xpro", schedule=cron("0 5 * * *", "UTC"), **ingest("xpro", __doc__, late_after_minutes=150))
def ingest_xpro() -> None:
    ingest_pages("xpro")


ingest_xpro()
