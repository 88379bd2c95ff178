"""Runs the sandbox upstream in a thread of this process: for tests that need a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from include.local.upstream.app import create_app
from include.local.upstream.client import UpstreamClient
from include.local.upstream.settings import UpstreamSettings

START_TIMEOUT_SECONDS = 60.0


@contextmanager
def running_upstream(settings: UpstreamSettings) -> Iterator[str]:
    """Base URL of an upstream with these settings on a free port of loopback; it is ready, and it ends with the block."""
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    address = f"http://127.0.0.1:{socket.getsockname()[1]}"
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, name="sandbox-upstream", daemon=True)
    thread.start()
    try:
        with UpstreamClient(address) as client:
            client.wait_until_ready(START_TIMEOUT_SECONDS)
        yield address
    finally:
        server.should_exit = True
        thread.join()
        socket.close()
