"""A TCP proxy that stands between a step and a server, and does something when the n-th byte from the step has come.

Our own, and small: the kept packages have no such proxy, and toxiproxy (a program in Go) cuts by the clock. A fault that comes at a
byte comes at the same place when the sequence is run again, and can be the end of a process or of a server as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

BLOCK_BYTES = 1 << 16
RESET = struct.pack("ii", 1, 0)
"""``SO_LINGER`` without waiting: the peer gets a reset, not an end."""
Act = Callable[[], Awaitable[None]]


class Proxy:
    """One address in front of another. Faults are armed anew for each attempt of a step by ``begin``."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.port = 0
        self.begin()
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()

    def begin(self, at: int | None = None, act: Act | None = None, delay_seconds: float = 0.0) -> None:
        """Count from nothing; at byte ``at`` do ``act`` once, before that byte goes on; let each block wait for ``delay_seconds``."""
        self.passed, self.at, self.act, self.delay_seconds, self.met = 0, at, act, delay_seconds, False

    async def cut(self) -> None:
        """Reset every connection on both sides."""
        for pair in list(self._pairs):
            for writer in pair:
                _reset(writer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on one connection until either side ends it."""
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            _reset(writer)
            return
        pair = (writer, far_writer)
        self._pairs.add(pair)
        tasks = [asyncio.ensure_future(self._pass(reader, far_writer, True)), asyncio.ensure_future(self._pass(far_reader, writer, False))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._pairs.discard(pair)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for each in pair:
                each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_step: bool) -> None:
        with contextlib.suppress(OSError):
            while block := await reader.read(BLOCK_BYTES):
                if from_step:
                    block = await self._count(block, writer)
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                writer.write(block)
                await writer.drain()

    async def _count(self, block: bytes, writer: asyncio.StreamWriter) -> bytes:
        """Count the block; when the byte of the fault is in it, send what comes before, do the fault, return the rest."""
        before, self.passed = self.passed, self.passed + len(block)
        if self.act is None or self.at is None or not before <= self.at < self.passed:
            return block
        act, self.act, self.met = self.act, None, True
        split = self.at - before
        writer.write(block[:split])
        await writer.drain()
        await act()
        return block[split:]


def _reset(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, AttributeError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()


@contextmanager
def running(proxies: list[Proxy]) -> Iterator[None]:
    """Serve the proxies in one thread; each has its port when the block begins."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="proxies", daemon=True)
    thread.start()

    servers: list[asyncio.Server] = []

    async def listen() -> None:
        for proxy in proxies:
            servers.append(await asyncio.start_server(proxy.serve, "127.0.0.1", 0))
            proxy.port = servers[-1].sockets[0].getsockname()[1]

    async def end() -> None:
        for server in servers:
            server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    try:
        asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
        yield
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
