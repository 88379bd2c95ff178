"""SIGKILL in the middle of a load: nothing of it is seen, and the next one ends as if undisturbed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.warehouse.schema import ensure_schema
from tests.conftest import Servers
from tests.integration.warehouse.conftest import Warehouse
from tests.support.killed import run_killed, work

CONTENT = """
select record_key, payload, content_hash, observed_at, run_key, object_key, line_number, is_removed
from raw.mitxonline__courses order by record_key, observed_at
"""
LEDGER = "select manifest_key, landed, new_versions, removed, rejected from ops.loads order by 1"
HTML = "select source_hash, cleaned from raw.cleaned_html order by 1"


def everything(dsn: str) -> list[Any]:
    with psycopg.connect(dsn) as connection:
        return [connection.execute(query.encode()).fetchall() for query in (CONTENT, LEDGER, HTML)]


@pytest.mark.parametrize(
    "kill",
    [{"block": 1}, {"block": 3}, *({"event": "event=parts_loaded", "nth": nth} for nth in (2, 5)), {"event": "event=loaded"}],
    ids=["in the first COPY", "in the third COPY", "between parts", "before the commit", "after the commit"],
)  # fmt: skip
def test_a_killed_load_ends_as_if_undisturbed(
    warehouse: Warehouse, servers: Servers, fresh_database: Callable[..., str], tmp_path: Path, kill: dict[str, Any]
) -> None:
    quiet = fresh_database("d_quiet")
    with psycopg.connect(quiet) as connection:
        ensure_schema(connection)
    task = {"do": "load", "s3": servers.s3, "bucket": warehouse.bucket, "state": str(tmp_path / "state")}
    work(task | {"dsn": quiet})
    assert run_killed(task | {"dsn": warehouse.dsn, "kill": kill}) == -9
    committed = kill.get("event") == "event=loaded"
    assert (warehouse.versions() > 0) == committed, "half a load is not seen"
    work(task | {"dsn": warehouse.dsn})
    assert everything(warehouse.dsn) == everything(quiet)
