"""Servers and small helpers for every test."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from tests.support.grouping import ByFolder, by_needs, needs_airflow
from tests.support.local_stack import AirflowStack, session_home, shared_stack

AIRFLOW_TEST_SECONDS = 1800.0
"""The first test on a stack waits for its start and for the whole catalogue."""
REPOSITORY = Path(__file__).resolve().parents[1]

# How fast a machine is at the moment says nothing about a property.
settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")


def pytest_configure(config: pytest.Config) -> None:
    """The process that was started, not its workers, owns the stacks of the session."""
    if not hasattr(config, "workerinput"):
        home = session_home()
        home.__enter__()
        config.add_cleanup(lambda: home.__exit__(None, None, None))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest group begins first."""
    items.sort(key=by_needs)
    for item in items:
        if needs_airflow(item):
            item.add_marker(pytest.mark.timeout(AIRFLOW_TEST_SECONDS))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several workers: tests that share something costly stay together."""
    return ByFolder(config, log)


@dataclass(frozen=True)
class Servers:
    """Addresses of the real servers that a test session uses."""

    admin_dsn: str
    opensearch_url: str
    s3: dict[str, str]

    def postgres_dsn(self, database: str) -> str:
        """Superuser DSN of ``database``, which is created when it is missing."""
        with psycopg.connect(self.admin_dsn, autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
            if not known:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
        return urlunsplit(urlsplit(self.admin_dsn)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    """Those named by ``TEST_*`` in the environment; without them, servers of this session, started now and gone at its end."""
    if "TEST_POSTGRES_DSN" in os.environ:
        return Servers(
            admin_dsn=os.environ["TEST_POSTGRES_DSN"],
            opensearch_url=os.environ["TEST_OPENSEARCH_URL"],
            s3={
                "endpoint_url": os.environ["TEST_S3_ENDPOINT_URL"],
                "aws_access_key_id": os.environ["TEST_S3_ACCESS_KEY"],
                "aws_secret_access_key": os.environ["TEST_S3_SECRET_KEY"],
                "region_name": "us-east-1",
            },
        )
    settings = shared_stack("servers", request, airflow=False).settings
    return Servers(settings.admin_dsn, settings.opensearch_url, settings.s3)


@pytest.fixture(scope="session")
def airflow_stack(request: pytest.FixtureRequest) -> AirflowStack:
    """A whole private stack with Airflow, started when the first test asks for it."""
    return AirflowStack(shared_stack("airflow", request, airflow=True))


@pytest.fixture
def fresh_database(servers: Servers) -> Iterator[Callable[..., str]]:
    """A factory of empty databases, dropped after the test."""
    made: list[str] = []

    def make(label: str = "test") -> str:
        made.append(f"{label}_{uuid.uuid4().hex[:12]}")
        return servers.postgres_dsn(made[-1])

    yield make
    with psycopg.connect(servers.admin_dsn, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def s3_client(servers: Servers):
    """A boto3 client of the test S3 server."""
    return boto3.client("s3", **servers.s3)


@pytest.fixture
def fresh_bucket(s3_client) -> Callable[..., str]:
    """A factory of empty buckets."""

    def make(label: str = "test") -> str:
        name = f"{label}-{uuid.uuid4().hex[:12]}"
        s3_client.create_bucket(Bucket=name)
        return name

    return make


@pytest.fixture
def index_prefix() -> str:
    """A prefix for search indexes that no other test uses."""
    return f"test{uuid.uuid4().hex[:10]}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real payloads and golden records beside the repository; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: this check compares with recorded data that is not part of the repository")
    return folder
