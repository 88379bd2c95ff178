"""A Postgres of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from include.local import postgres
from include.local.privileges import server_account
from include.local.settings import Ports, Settings
from include.local.supervisor import Supervisor
from tests.support.own_server import own_server
from tests.support.waiting import wait_for

START_SECONDS = 60


@contextmanager
def own_postgres(home: Path, *, durable: bool) -> Iterator[tuple[Settings, Supervisor]]:
    """The server, up; as root it lies in a folder that only root may enter. Stopped after the block."""
    home.chmod(0o700)
    settings = Settings(home=home, ports=Ports.free(), durable=durable, given_opensearch_url="http://none", given_s3_url="http://none")
    account = server_account()
    postgres.ensure_cluster(settings, postgres.find_binaries(), account)
    with own_server(settings, account, "postgres", lambda: wait_for_server(settings)) as supervisor:
        yield settings, supervisor


def wait_for_server(settings: Settings) -> None:
    """Until it takes connections."""

    def connects() -> bool:
        psycopg.connect(settings.admin_dsn).close()
        return True

    wait_for("Postgres", connects, START_SECONDS, passing=psycopg.OperationalError)
