"""Tasks that bring the search indexes to the state of Learn's Postgres."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, get_current_context, task

from include.orchestration.connections import LEARN_SEARCH, learn_base_url, postgres, search_index
from include.orchestration.defaults import Pool

log = logging.getLogger(__name__)


@task(pool=Pool.SEARCH_INDEX.value)
def ensure_indexes() -> list[str]:
    """Make the indexes that are missing and check the others; returns those that were made. Two at once would make each twice."""
    from include.search.indexes import ensure_indexes as ensure

    index = search_index()
    return ensure(index.client, index.prefix, index.shards, index.replicas)


RETRY_REJECTED = Param(
    False,
    type="boolean",
    title="Retry rejected",
    description_md="Send the documents of `pipelines.rejected_document` again, after data or mapping were mended.",
)


@task(pool=Pool.SEARCH_INDEX.value, execution_timeout=timedelta(hours=2))
def sync_documents(params: dict[str, Any]) -> dict[str, int]:
    """Send the documents that the outbox names and that differ; returns the counts.

    :raises BulkRejected: the index refused some; all others were written.
    """
    from include.search.sync import sync

    index = search_index()
    with postgres(LEARN_SEARCH) as learn:
        result = sync(
            learn,
            index.client,
            index.prefix,
            get_current_context()["run_id"],
            lambda: datetime.now(UTC),
            app_base_url=learn_base_url(),
            retry_rejected=params["retry_rejected"],
        )
    return asdict(result)
