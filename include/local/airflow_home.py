"""Airflow's settings for one local stack, its metadata database and its users; everything through the environment, no airflow.cfg."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import psycopg

from include.local.connections import connection_environment
from include.local.settings import AIRFLOW_USERS, HOST, Settings

WORKER_TITLE = "airflow worker -- LocalExecutor"
"""How the executor's worker processes call themselves; the watchdog counts them."""


class AirflowHomeError(Exception):
    """Airflow's metadata database could not be made."""


def folder(settings: Settings) -> Path:
    """AIRFLOW_HOME."""
    return settings.home / "airflow"


def environment(settings: Settings) -> dict[str, str]:
    """Everything an Airflow process, and a task in it, needs to know."""
    home = folder(settings)
    configured = {
        ("core", "executor"): "LocalExecutor",
        ("core", "parallelism"): settings.parallelism,
        ("core", "dags_folder"): settings.root / "dags",
        ("core", "plugins_folder"): settings.root / "plugins",
        ("core", "load_examples"): False,
        ("core", "fernet_key"): settings.secrets.fernet_key,
        ("core", "execution_api_server_url"): f"{settings.airflow_url}/execution/",
        ("core", "simple_auth_manager_users"): ",".join(f"{user}:{role}" for user, role in AIRFLOW_USERS.items()),
        ("core", "simple_auth_manager_passwords_file"): _passwords_file(settings),
        ("core", "hostname_callable"): "airflow.utils.net.get_host_ip_address",
        ("database", "sql_alchemy_conn"): settings.dsn("airflow").replace("postgresql://", "postgresql+psycopg2://", 1),
        ("database", "sql_alchemy_pool_size"): 5,
        ("api", "host"): HOST,
        ("api", "port"): settings.ports.airflow,
        ("api", "base_url"): settings.airflow_url,
        ("api", "workers"): 1,
        ("api", "secret_key"): settings.secrets.jwt_secret,
        ("api_auth", "jwt_secret"): settings.secrets.jwt_secret,
        # A tenth of a second more or less between two tasks is the whole difference between a lively chain and a slow one.
        ("scheduler", "scheduler_idle_sleep_time"): 0.2,
        # After a crash: notice dead schedulers, lost tasks and tasks that no worker took within seconds, not minutes. A scheduler on a
        # machine that is busy with other things may be silent for 20 s and must not be taken for dead: its running tasks would be lost.
        ("scheduler", "orphaned_tasks_check_interval"): 10,
        ("scheduler", "scheduler_health_check_threshold"): 30,
        ("scheduler", "task_instance_heartbeat_sec"): 5,
        ("scheduler", "task_instance_heartbeat_timeout"): 30,
        ("scheduler", "task_instance_heartbeat_timeout_detection_interval"): 5,
        ("scheduler", "task_queued_timeout"): 60,
        ("scheduler", "task_queued_timeout_check_interval"): 10,
        ("triggerer", "job_heartbeat_sec"): 5,
        ("triggerer", "triggerer_health_check_threshold"): 15,
        ("dag_processor", "refresh_interval"): 10,
        # A file that was edited is read at once whatever this says; each of the others costs a second of a core each time.
        ("dag_processor", "min_file_process_interval"): 300,
        ("dag_processor", "print_stats_interval"): 300,
        ("logging", "base_log_folder"): home / "logs",
        ("logging", "logging_level"): "INFO",
        ("usage_data_collection", "enabled"): False,
        ("cosmos", "enable_telemetry"): False,
        ("cosmos", "cache_dir"): home / "cosmos",
    }
    return {
        "AIRFLOW_HOME": str(home),
        **{f"AIRFLOW__{section}__{name}".upper(): str(value) for (section, name), value in configured.items()},
        **connection_environment(settings),
        "APP_BASE_URL": os.environ.get("APP_BASE_URL", "https://learn.mit.edu"),
        "MITX_ONLINE_BASE_URL": os.environ.get("MITX_ONLINE_BASE_URL", "https://mitxonline.mit.edu/"),
        "OCW_BASE_URL": os.environ.get("OCW_BASE_URL", "https://ocw.mit.edu/"),
        "PYTHONPATH": str(settings.root),
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": ",".join(filter(None, (os.environ.get("NO_PROXY"), HOST))),
    }


def prepare(settings: Settings) -> None:
    """Folders and the passwords file of the simple auth manager."""
    home = folder(settings)
    for name in ("logs", "cosmos"):
        (home / name).mkdir(parents=True, exist_ok=True)
    passwords = _passwords_file(settings)
    passwords.touch(mode=0o600)
    passwords.write_text(json.dumps(dict(settings.secrets.airflow_users)))


def needs_migration(settings: Settings) -> bool:
    """Whether the metadata database is not what this Airflow's last migration here left: a new one, or another Airflow."""
    try:
        told = json.loads(_stamp(settings).read_text())
    except FileNotFoundError:
        return True
    return bool(told != {"airflow": version("apache-airflow"), "head": _head(settings)})


def migrate(settings: Settings) -> None:
    """Bring the metadata database to this Airflow."""
    command = [str(Path(sys.executable).with_name("airflow")), "db", "migrate"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHON"))}
    done = subprocess.run(command, env=inherited | environment(settings), cwd=folder(settings), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise AirflowHomeError(f"airflow db migrate failed: {(done.stderr or done.stdout)[-2000:]}")
    _stamp(settings).write_text(json.dumps({"airflow": version("apache-airflow"), "head": _head(settings)}))


def make_manifest(settings: Settings) -> str:
    """Let dbt parse the project when it has changed; what is wrong with it, since Airflow is of use without that one DAG."""
    command = [sys.executable, "-m", "include.orchestration.manifest"]
    env = os.environ | {"PYTHONPATH": str(settings.root)}
    done = subprocess.run(command, env=env, cwd=settings.root, capture_output=True, text=True, check=False)  # noqa: S603
    return (
        f"The dbt project does not parse, so transform_catalog is missing: {(done.stdout + done.stderr)[-1500:]}" if done.returncode else ""
    )


def _head(settings: Settings) -> str:
    with psycopg.connect(settings.dsn("airflow")) as connection:
        if connection.execute("select to_regclass('alembic_version') is null").fetchall() == [(True,)]:
            return ""
        return ",".join(sorted(row[0] for row in connection.execute("select version_num from alembic_version")))


def _stamp(settings: Settings) -> Path:
    return folder(settings) / "migrated.json"


def _passwords_file(settings: Settings) -> Path:
    return folder(settings) / "passwords.json"
