"""The proxy that all faults come through: at which byte it acts, and what both sides see of it."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.faults.proxy import Proxy, running


class Server:
    """Takes one connection after the other and remembers what came."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.came: list[bytes] = []
        self.was_reset = False
        self.done = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.listener.getsockname()
        return host, port

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        with connection:
            try:
                while block := connection.recv(1 << 16):
                    self.came.append(block)
            except ConnectionResetError:
                self.was_reset = True
        self.done.set()

    @property
    def received(self) -> bytes:
        assert self.done.wait(10)
        return b"".join(self.came)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.listener.close()


DATA = bytes(range(256)) * 40


def send(port: int) -> None:
    """Send everything and read to the end; a connection that was cut raises `ConnectionResetError`.

    How a cut shows depends on which call it overtakes: a reset one cannot be shut down (ENOTCONN),
    nor written to (EPIPE).
    """
    with socket.create_connection(("127.0.0.1", port)) as client:
        try:
            client.sendall(DATA)
            client.shutdown(socket.SHUT_WR)
        except OSError as error:
            if error.errno not in (errno.ENOTCONN, errno.EPIPE):
                raise
            raise ConnectionResetError from error
        while client.recv(1 << 16):
            pass


def test_everything_passes_and_is_counted(server: Server) -> None:
    proxy = Proxy(server.address)
    with running([proxy]):
        send(proxy.port)
        assert server.received == DATA
    assert (proxy.passed, proxy.met) == (len(DATA), False)


@pytest.mark.parametrize("at", [0, 1, 700, len(DATA) - 1])
def test_a_cut_comes_at_its_byte(server: Server, at: int) -> None:
    proxy = Proxy(server.address)
    proxy.begin(at, proxy.cut)
    with running([proxy]), pytest.raises(ConnectionResetError):
        send(proxy.port)
    assert server.received == DATA[:at] or server.was_reset
    assert DATA.startswith(server.received)
    assert len(server.received) <= at
    assert proxy.met


def test_what_waits_at_its_byte_goes_on_afterwards(server: Server) -> None:
    proxy = Proxy(server.address)
    before: list[int] = []

    async def look() -> None:
        await asyncio.sleep(0.2)
        before.append(sum(map(len, server.came)))

    proxy.begin(700, look)
    with running([proxy]):
        send(proxy.port)
        assert server.received == DATA
    assert before == [700]


def test_a_server_that_is_away_resets_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
    proxy = Proxy(address)
    with running([proxy]), pytest.raises(ConnectionResetError):
        send(proxy.port)
