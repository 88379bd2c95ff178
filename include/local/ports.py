"""Who sits on a port that we need."""

from __future__ import annotations

import contextlib
import socket

import psutil

from include.local.settings import HOST, Ports

TITLES = {
    "airflow": "Airflow",
    "postgres": "Postgres",
    "opensearch": "OpenSearch",
    "opensearch_transport": "OpenSearch's transport",
    "s3": "the S3 server",
    "upstream": "the sandbox upstream",
}


class PortTaken(Exception):
    """Another program listens where a server of ours has to; the message names the port, the program and the setting."""


def check_free(ports: Ports, names: list[str]) -> None:
    """Raise for every port in ``names`` that cannot be listened on, all in one message."""
    taken = [name for name in names if not _is_free(getattr(ports, name))]
    if taken:
        raise PortTaken("\n".join(_complaint(name, getattr(ports, name)) for name in taken))


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
    return True


def _complaint(name: str, port: int) -> str:
    taken_by = f"Port {port}, for {TITLES[name]}, is taken by {_listener(port)}."
    return f"{taken_by} Stop that, or put another number in .env: {Ports.setting(name)}=..."


def _listener(port: int) -> str:
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                process = psutil.Process(connection.pid)
                return f"{process.name()} (process {process.pid})"
    return "another program"
