"""# Podcasts: shows and their episodes

Editors keep a folder of YAML files in GitHub, one per show. Each run reads the folder and then the RSS of every show, wherever it is
hosted. A show whose feed is away keeps what it had and does not stop the others: the run ends red and names it, after everything else
is loaded.

## Schedule
Daily at 06:00 and 23:00 UTC.

## Reads
The folder of the connection `upstream_podcast` (GitHub's contents API; a token is optional), and the RSS that its files name.
"""

from airflow.sdk import dag

from include.orchestration.defaults import cron
from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_podcast", schedule=cron("0 6,23 * * *", "UTC"), **ingest("podcast", __doc__, late_after_minutes=150))
def ingest_podcast() -> None:
    ingest_pages("podcast")


ingest_podcast()
