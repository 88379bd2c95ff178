"""# OpenCourseWare: courses from the live bucket

OpenCourseWare publishes its site as files in a bucket. Each run lists the bucket, compares ETag and time of change with the last
listing, and fetches only what changed: the courses' `data.json`, and the JSON of their pages and files, which is kept for later use.

## Schedule
Every hour, at minute 5 (UTC). An hour in which nothing changed costs one listing.

## Reads
The live bucket of the connection `upstream_ocw`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_objects


@dag("ingest_ocw", schedule=cron("5 * * * *", "UTC"), **ingest("ocw", __doc__, late_after_minutes=330, timeout_hours=6))
def ingest_ocw() -> None:
    ingest_objects("ocw")


ingest_ocw()
