"""A search server of a test's own, with settings of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from opensearchpy import OpenSearchException

from include.local import opensearch
from include.local.privileges import server_account
from include.local.settings import Ports, Settings
from include.search.client import SearchSettings, make_client
from tests.support.own_server import own_server
from tests.support.waiting import wait_for

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
    health = make_client(SearchSettings(settings.opensearch_url)).cluster.health

    def wait() -> None:
        wait_for("OpenSearch", lambda: health(wait_for_status="yellow", timeout=5), START_SECONDS, passing=OpenSearchException)

    with own_server(settings, account, "opensearch", wait):
        yield settings.opensearch_url
