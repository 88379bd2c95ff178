"""# Rebuild the search index beside the one that serves

Makes a new index from the contract, loads it from Learn's Postgres, and lets it take over by its alias when it is verified. Readers
notice nothing. What is written meanwhile is in the new index when it serves; the sync is held up only for the last catch-up. Content
files and stored queries, which Learn itself keeps in the index, are copied.

## Schedule
By hand: after a change of the contract's mapping or analysis, or when an index is broken.

## Reads
Learn's tables, `pipelines.*`, and of the serving index what is Learn's own.

## Writes
`<prefix>_<type>_<uuid>` under `<prefix>_<type>_reindexing`, then the aliases `<prefix>_<type>_default` and `<prefix>_all_default`;
`pipelines.physical_index` and `pipelines.candidate_document`. The two indexes that served before are kept, older ones deleted.

## When it fails
The old index goes on serving. A killed or failed load goes on where it was, also in another run. A new index that is not what was
declared, lacks documents or finds less (`VerificationFailed`) never serves. Each type stands for itself: one may fail and the others swap.

## Backfill
Not meant for it: a run always loads the present state.

## Runbook
[Search](runbooks/search.md#rebuild)
"""

from datetime import timedelta

from airflow.sdk import dag

from include.orchestration.callbacks import deadline
from include.orchestration.defaults import CONSUMER, Tag
from include.orchestration.rebuild import (
    DOCUMENTS_PER_SECOND,
    INDEX_TYPES,
    RESTART,
    ROLLBACK,
    choose_indexes,
    load_candidate,
    remove_former_indexes,
    report_rebuild,
    swap_alias,
)


@dag(
    dag_id="rebuild_search_index",
    doc_md=__doc__,
    schedule=None,
    dagrun_timeout=timedelta(hours=6),
    deadline=deadline(minutes=240),
    tags=[Tag.REBUILD, Tag.CATALOG],
    params={"types": INDEX_TYPES, "documents_per_second": DOCUMENTS_PER_SECOND, "restart": RESTART, "rollback": ROLLBACK},
    **CONSUMER,
)
def rebuild_search_index() -> None:
    loaded = load_candidate.expand(index_type=choose_indexes())
    swapped = swap_alias.expand(loaded=loaded)
    remove_former_indexes.expand(swapped=swapped) >> report_rebuild(swapped)


rebuild_search_index()
