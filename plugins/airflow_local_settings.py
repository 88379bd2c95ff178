"""Imported by every Airflow process at start (Airflow puts the plugins folder on the path before it looks for this module). The two
components that fork tasks and parsers import what those need once, before they fork.

Cosmos, dbt and its adapter take three seconds of CPU to import; forked task processes inherit them (measured: docs/performance.md).
"""

import contextlib
import importlib
import sys

FORKING_COMPONENTS = {"scheduler", "dag-processor"}
INHERITED_MODULES = (
    *("cosmos.operators.local", "cosmos.airflow.task_group", "dbt.cli.main", "dbt.adapters.postgres"),
    *("boto3", "psycopg", "opensearchpy", "requests", "httpx", "pydantic", "jsonschema_rs", "feedparser", "nh3", "orjson", "yaml"),
)
"""Libraries only: our own modules are imported by each task, so that a change to them needs no restart."""

if FORKING_COMPONENTS & set(sys.argv):
    for _name in INHERITED_MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(_name)
