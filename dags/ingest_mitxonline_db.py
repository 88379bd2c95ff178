"""# MITx Online, from its own database: courses and programs

The other way to the records of `ingest_mitxonline`, for an installation that may read the application's database: what changed, by
change column, instead of everything. It is off, and it is either this or the API: the dbt var `mitxonline_source` says which raw tables
staging reads, so that nothing is delivered twice. `python -m include.parity.ways` compares the two.

## Schedule
None, and paused when it is made. An installation that chooses this way gives it that of `ingest_mitxonline`, and pauses that one.

## Reads
The views of `learn_export` in the connection `upstream_mitxonline_db`, in a read-only transaction; a role that may write is refused.
A run reads what changed since the last complete one, less an overlap of half an hour. Deleted records show in a full read, once a week or
with the parameter `full`.
"""

from airflow.sdk import dag

from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_mitxonline_db", schedule=None, is_paused_upon_creation=True, **ingest("mitxonline_db", __doc__, late_after_minutes=60))
def ingest_mitxonline_db() -> None:
    ingest_pages("mitxonline_db")


ingest_mitxonline_db()
