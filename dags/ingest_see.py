"""# Sloan Executive Education: courses and offerings

Two plain lists, with a token of OAuth2 client credentials; read by the low-code manifest `include/sources/manifests/see.yaml`. A course
and its offerings are joined in the transform: one without an offering or an address is not shown.

## Schedule
Daily at 04:30 UTC.

## Reads
`courses` and `course-offerings` of the connection `upstream_see`, whose host ends in `/api/`: login and password are the client's id and
secret, `token_url` in the extra is where tokens are given.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_see", schedule=cron("30 4 * * *", "UTC"), **ingest("see", __doc__, late_after_minutes=150))
def ingest_see() -> None:
    ingest_pages("see")


ingest_see()
