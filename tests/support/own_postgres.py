"""A Postgres of a test's own, under a supervisor, where the one of the session must not be touched."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from include.local import postgres, programs
from include.local.privileges import server_account
from include.local.settings import Ports, Settings
from include.local.supervisor import Supervisor

START_SECONDS = 60


@contextmanager
def own_postgres(home: Path, *, durable: bool) -> Iterator[tuple[Settings, Supervisor]]:
    """The server, up; as root it lies in a folder that only root may enter. Stopped after the block."""
    home.chmod(0o700)
    settings = Settings(home=home, ports=Ports.free(), durable=durable, given_opensearch_url="http://none", given_s3_url="http://none")
    account = server_account()
    postgres.ensure_cluster(settings, postgres.find_binaries(), account)
    supervisor = Supervisor(settings)
    try:
        supervisor.start(programs.servers(settings, account))
        supervisor.ensure_started("postgres")
        wait_for_server(settings)
        yield settings, supervisor
    finally:
        supervisor.stop()


def wait_for_server(settings: Settings) -> None:
    """Until it takes connections."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(settings.admin_dsn).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return
