"""# Professional Learning at MIT: courses and programs (retired)

Learn took this feed out in 2024 and its site is gone. The DAG stays, paused and without a schedule, because it is the way for feeds
that speak GraphQL: a typed client that `ariadne-codegen` generates from `include/sources/graphql/prolearn/schema.graphql` and our
queries, over the guarded transport of all feeds. Its records are normalized, and go no further (dbt var `retired_sources`).

## Schedule
None, and paused when it is made.

## Reads
`graphql` of the connection `upstream_prolearn`, by pages of documents, until as many have come as the publisher counts.
"""

from airflow.sdk import dag

from include.orchestration.ingest import ingest, ingest_pages


@dag("ingest_prolearn", schedule=None, is_paused_upon_creation=True, **ingest("prolearn", __doc__, late_after_minutes=60))
def ingest_prolearn() -> None:
    ingest_pages("prolearn")


ingest_prolearn()
