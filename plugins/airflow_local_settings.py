"""Imported by every Airflow process at start (Airflow puts the plugins folder on the path before it looks for this module). The two
components that fork tasks and parsers import what those need once, before they fork.

Cosmos, dbt and its adapter take three seconds of CPU to import; forked task processes inherit them (measured: docs/performance.md).
"""

import contextlib
import importlib
import logging
import sys

FORKING_COMPONENTS = {"scheduler", "dag-processor"}
INHERITED_MODULES = (
    *("cosmos.operators.local", "cosmos.airflow.task_group", "dbt.cli.main", "dbt.adapters.postgres"),
    *("boto3", "psycopg", "opensearchpy", "requests", "httpx", "pydantic", "jsonschema_rs", "feedparser", "nh3", "orjson", "yaml"),
)
"""Libraries only: our own modules are imported by each task, so that a change to them needs no restart."""

LOGS_FOR_ITSELF = "airbyte_cdk.sources.declarative.concurrent_declarative_source"
"""The CDK of the low-code feeds, which makes itself the root logger of whoever imports it."""

if FORKING_COMPONENTS & set(sys.argv):
    _root = logging.getLogger()
    _handlers, _level = _root.handlers[:], _root.level
    for _name in (*INHERITED_MODULES, LOGS_FOR_ITSELF):
        with contextlib.suppress(ImportError):
            importlib.import_module(_name)
    _root.handlers[:], _root.level = _handlers, _level
