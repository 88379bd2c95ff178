"""# MITx Online: courses and programs

MITx Online publishes its catalogue as paged JSON. Each run reads both lists whole and keeps what changed; the programs' course
records are found in the course list, not asked for one by one.

## Schedule
Every six hours, at 00:00, 06:00, 12:00 and 18:00 UTC.

## Reads
`api/v2/courses/` and `api/v2/programs/` of the connection `upstream_mitxonline`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_mitxonline", schedule=cron("0 */6 * * *", "UTC"), **ingest("mitxonline", __doc__, late_after_minutes=150))
def ingest_mitxonline() -> None:
    ingest_pages("mitxonline")


ingest_mitxonline()
