"""One dbt invocation on a given warehouse, outside of Airflow."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

PROJECT = Path(__file__).resolve().parents[1] / "dbt"
PROFILE_TARGET = "warehouse"


class BuildFailed(Exception):
    """dbt did not build everything; the message is dbt's output."""


def run_dbt(dsn: str, work: Path, arguments: Sequence[str], *, as_of: datetime | None = None, timeout_seconds: float = 900.0) -> str:
    """Run dbt with the project's own profile against ``dsn`` and return its output.

    :param work: folder for dbt's target, logs and parse cache; two builds at once need two.
    :param as_of: the moment for which the catalogue is built; a command that builds nothing needs none.
    :raises BuildFailed: dbt ended with an error, a failed test among them.
    """
    place = conninfo_to_dict(dsn)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "CATALOG_AS_OF"))},
        "WAREHOUSE_HOST": str(place.get("host", "127.0.0.1")),
        "WAREHOUSE_PORT": str(place.get("port", 5432)),
        "WAREHOUSE_DB": str(place["dbname"]),
        "WAREHOUSE_USER": str(place["user"]),
        "WAREHOUSE_PASSWORD": str(place.get("password", "")),
    }
    if as_of is not None:
        environment["CATALOG_AS_OF"] = as_of.isoformat()
    command = [
        *(str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "--quiet"),
        *arguments,
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", PROFILE_TARGET),
        *("--target-path", str(work / "target"), "--log-path", str(work / "logs")),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout_seconds, check=False)  # noqa: S603
    if done.returncode:
        raise BuildFailed(f"{done.stdout}\n{done.stderr}")
    return done.stdout


def build(dsn: str, work: Path, as_of: datetime, *arguments: str) -> str:
    """Build and test every model (``dbt build``), but not the unit tests, which look at no data."""
    return run_dbt(dsn, work, ["build", "--exclude-resource-type", "unit_test", *arguments], as_of=as_of)
