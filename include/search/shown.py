"""Changes that are not ours but that documents show: an editor renames a topic, a channel is unpublished, a featured list changes.

Found by comparing, at each sync, a fingerprint of every row that documents show with the one of the last sync (docs/decisions/0031).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from include.search.documents import Lookups, rules
from include.search.names import QUERYABLE_TYPES
from include.search.statements import statement


def enqueue_changed(connection: psycopg.Connection[Any], lookups: Lookups, run_key: str, now: datetime) -> int:
    """Put the resources that show a changed row into the outbox; returns how many. Those that wait there already are not counted.

    Also when the documents' own rules changed (another version of their SQL, another label): then all that are in the index. What is
    put in need not differ: a document that turns out equal is not sent.
    """
    parameters = {
        **{name: values for name, values in lookups.parameters().items() if not name.startswith("label_")},
        "rules": rules(lookups),
        "types": list(QUERYABLE_TYPES),
        "run_key": run_key,
        "now": now,
    }
    (row,) = connection.execute(statement("notice_changes"), parameters).fetchall()
    return int(row[0])
