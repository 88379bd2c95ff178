"""A taken port is told with its number, its owner and the setting that moves it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from include.local.ports import PortTaken, check_free
from include.local.settings import HOST, Ports


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        yield server.getsockname()[1]


def test_taken_port(taken_port: int) -> None:
    with pytest.raises(PortTaken) as caught:
        check_free(replace(Ports.free(), opensearch=taken_port), ["airflow", "opensearch"])
    told = str(caught.value)
    assert f"Port {taken_port}, for OpenSearch, is taken by" in told
    assert f"process {os.getpid()}" in told
    assert "OPENSEARCH_PORT=" in told
    assert "AIRFLOW_PORT" not in told


def test_free_ports_pass() -> None:
    check_free(Ports.free(), ["airflow", "postgres", "s3"])
