"""The DAG bag, read once without a database, a network or a connection: what a DAG file does at import is part of its contract."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, Connection, Variable

from include.orchestration import manifest
from tests.support.offline import refused

FOLDER = Path(__file__).resolve().parents[2] / "dags"


@pytest.fixture(scope="session")
def bag() -> DagBag:
    """All DAGs of the folder. Reading a connection or a variable, or opening a socket, would fail the import."""
    manifest.build_if_stale()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "get", refused("Connection.get"))
        patch.setattr(Variable, "get", refused("Variable.get"))
        patch.setattr(socket.socket, "connect", refused("socket.connect"))
        patch.setattr("airflow.settings.Session", None)
        return DagBag(FOLDER)


@pytest.fixture(scope="session", params=sorted(path.stem for path in FOLDER.glob("*.py")))
def dag(request: pytest.FixtureRequest, bag: DagBag) -> DAG:
    """Each DAG in turn, by the name of its file."""
    assert request.param in bag.dags, bag.import_errors
    return bag.dags[request.param]
