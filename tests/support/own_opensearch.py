"""A search server of a test's own, with settings of its own, where the one of the session must not be touched."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from opensearchpy import OpenSearch, OpenSearchException

from include.local import opensearch, programs
from include.local.privileges import server_account
from include.local.settings import Ports, Settings
from include.local.supervisor import Supervisor
from include.search.client import SearchSettings, make_client

START_SECONDS = 90


@contextmanager
def own_opensearch(home: Path, given: Mapping[str, str]) -> Iterator[str]:
    """The address of the server, up; as root it lies in a folder that others may not read. Stopped after the block.

    :param given: lines of ``opensearch.yml`` beside those of the local stack, or in their place.
    """
    settings = Settings(home=home, ports=Ports.free(), given_postgres_dsn="postgresql://none", given_s3_url="http://none")
    account = server_account()
    opensearch.prepare(settings, account)
    config = opensearch.folder(settings) / "config" / "opensearch.yml"
    kept = [line for line in config.read_text().splitlines() if line.split(":")[0] not in given]
    config.write_text("\n".join([*kept, *(f"{name}: {value}" for name, value in given.items())]) + "\n")
    supervisor = Supervisor(settings)
    try:
        supervisor.start(programs.servers(settings, account))
        supervisor.ensure_started("opensearch")
        _wait_for_server(make_client(SearchSettings(settings.opensearch_url)))
        yield settings.opensearch_url
    finally:
        supervisor.stop()


def _wait_for_server(client: OpenSearch) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client.cluster.health(wait_for_status="yellow", timeout=5)
        except OpenSearchException:
            assert time.monotonic() < deadline
            time.sleep(0.3)
        else:
            return
