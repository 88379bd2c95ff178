"""What `transform_<mart>` does, outside of Airflow: choose what is new, build and test it in one go, publish it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg

from include.orchestration.mart_groups import CATALOG, MartGroup
from include.warehouse import ledger, transforms
from include.warehouse.derive.again import clean_again
from include.warehouse.transforms import Plan

Connect = Callable[[str], psycopg.Connection[Any]]
"""Role -> a new connection to the warehouse."""


def transform(connect: Connect, run: str, now: datetime, build: Callable[[list[str]], None], group: MartGroup = CATALOG) -> Plan:
    """Bring the marts of a group to what raw holds; returns what was chosen, which may be nothing.

    :param run: takes the place of the DAG run's id.
    :param build: runs ``dbt build`` with the arguments that it is given; raises when a model or a test failed, and nothing is published.
    """
    with connect("warehouse_reader") as lock:
        lock.autocommit = True
        lock.execute("select pg_advisory_lock(%s)", [transforms.BUILD_LOCK])
        with connect("warehouse_dbt") as connection:  # closed before dbt builds: what it has read is locked against being made anew
            plan = group.plan(connection, run, now)
        if not plan.select:
            return plan
        ledger.mart_building(lock, run, group.mart)
        ledger.transform_started(lock, run, now, now, plan.select, plan.full_refresh, plan.seen, group.mart)
        with connect("warehouse_loader") as loader:
            clean_again(loader)
        without = ["--exclude", group.exclude] if group.exclude else []
        build(["--select", *plan.select.split(), *without, *(["--full-refresh"] if plan.full_refresh else [])])
        ledger.transform_finished(lock, run, now, succeeded=True, mart=group.mart)
        ledger.mart_published(lock, run, now, group.mart)
    return plan
