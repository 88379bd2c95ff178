"""# MIT Professional Education: courses and programs

One list of courses and programs, in numbered pages until one is empty. It is read by the low-code manifest
`include/sources/manifests/mitpe.yaml`. Which of the two a resource is, and which of its runs can still be joined, is decided in dbt.

## Schedule
Daily at 21:00 UTC.

## Reads
`feeds/courses/?page=0`, `1`, ... of the connection `upstream_mitpe`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_mitpe", schedule=cron("0 21 * * *", "UTC"), **ingest("mitpe", __doc__, late_after_minutes=150))
def ingest_mitpe() -> None:
    ingest_pages("mitpe")


ingest_mitpe()
