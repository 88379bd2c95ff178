"""A whole stack: every part well, reachable from this machine only, and brought back when it is killed or hangs."""

from __future__ import annotations

import signal
from collections.abc import Callable

import psutil
import psycopg
import pytest
from psycopg import sql

from include.local.health import Addresses, probe
from tests.support.local_stack import AirflowStack
from tests.support.waiting import wait_for

BACK_SECONDS = 180.0


def eventually(condition: Callable[[], object], seconds: float = BACK_SECONDS) -> None:
    wait_for("it", condition, seconds, pause_seconds=0.5)


def test_every_part_is_well(airflow_stack: AirflowStack) -> None:
    eventually(lambda: all(line.health.well for line in airflow_stack.stack.status()))


def test_nothing_listens_beyond_loopback(airflow_stack: AirflowStack) -> None:
    ours = {process.pid for process in airflow_stack.supervisor.processes()}
    listening = [each for each in psutil.net_connections(kind="inet") if each.pid in ours and each.status == psutil.CONN_LISTEN]
    assert {each.laddr[0].removeprefix("::ffff:") for each in listening} == {"127.0.0.1"}
    assert {each.laddr[1] for each in listening} >= set(airflow_stack.settings.ports.__dict__.values())


@pytest.mark.parametrize("program", ["s3", "upstream", "postgres", "airflow-triggerer"])
def test_a_killed_program_is_back(airflow_stack: AirflowStack, program: str) -> None:
    killed = airflow_stack.kill(program, signal.SIGKILL)
    addresses = Addresses.of(airflow_stack.settings)
    eventually(lambda: airflow_stack.pid(program) not in {0, killed} and probe(program, addresses).well)


def test_a_server_that_hangs_is_restarted(airflow_stack: AirflowStack) -> None:
    stopped = airflow_stack.kill("s3", signal.SIGSTOP)
    eventually(lambda: airflow_stack.pid("s3") not in {0, stopped} and probe("s3", Addresses.of(airflow_stack.settings)).well, 240)


def test_tables_and_rights_are_there(airflow_stack: AirflowStack) -> None:
    told = airflow_stack.env
    for url, table in ((told["WAREHOUSE_URL"], "ops.loads"), (told["LEARN_URL"], "pipelines.outbox")):
        with psycopg.connect(url) as connection:
            connection.execute(sql.SQL("table {}").format(sql.Identifier(*table.split("."))))


def test_pools_and_users(airflow_stack: AirflowStack) -> None:
    pools = {each["name"]: each["slots"] for each in airflow_stack.api("GET", "pools")["pools"]}
    assert pools["dbt"] == 1
    assert pools["upstream_ocw"] == 2
    assert airflow_stack.api("GET", "connections")["total_entries"] == 0, "connections come from the environment, not from the database"
