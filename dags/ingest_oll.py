"""# Open Learning Library: courses

The courses of the Open Learning Library are rows of a sheet that is exported as CSV. It is read by the low-code manifest
`include/sources/manifests/oll.yaml`. A table that is cut, or lacks a column, is refused whole.

## Schedule
Daily at 03:30 UTC. Before, nothing read the sheet but a command that somebody had to type; it rarely changes, and a read without a change
writes nothing.

## Reads
`spreadsheets/d/<sheet_id>/export?format=csv` of the connection `upstream_oll`, whose extra names the sheet (`sheet_id`).
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_oll", schedule=cron("30 3 * * *", "UTC"), **ingest("oll", __doc__, late_after_minutes=150))
def ingest_oll() -> None:
    ingest_pages("oll")


ingest_oll()
