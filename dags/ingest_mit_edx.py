"""# MITx on edX.org: courses and programs

The courses of edX.org's catalogue and the programs of its Discovery service, page by page, with a token of OAuth2 client credentials
that is renewed while the read goes on. Which of them are MIT's is decided in the transform: what is landed is what edX sent. A program
takes its topics, teachers and effort from the landed courses, whichever list was read first.

## Schedule
Daily at 05:00 UTC.

## Reads
`catalog/v1/catalogs/10/courses` and `api/v1/programs/` of the connection `upstream_mit_edx`: login and password are the client's id and
secret, `token_url` in the extra is where tokens are given. Programs are on a host of their own: `programs_path` in the extra is then
the whole address, `https://discovery.edx.org/api/v1/programs/`.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_mit_edx", schedule=cron("0 5 * * *", "UTC"), **ingest("mit_edx", __doc__, late_after_minutes=150))
def ingest_mit_edx() -> None:
    ingest_pages("mit_edx")


ingest_mit_edx()
