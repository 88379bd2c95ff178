"""# Block list of courses

The courses that are not to be shown, whichever feed has them: a text in a repository, with a readable id on each line. A course that comes
onto the list is unpublished with the next transform, one that two reads in a row did not have is published again.

## Schedule
Daily at 04:00 UTC. Learn reads the list with each load of courses and keeps it for a day.

## Reads
`mitodl/open-resource-blocklists/master/courses.txt` below the address of the connection `upstream_course_blocklist`; its extra
`courses_path` names another place.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_course_blocklist", schedule=cron("0 4 * * *", "UTC"), **ingest("course_blocklist", __doc__, late_after_minutes=60))
def ingest_course_blocklist() -> None:
    ingest_pages("course_blocklist")


ingest_course_blocklist()
