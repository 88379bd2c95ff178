"""A server of a test's own, under a supervisor, where the one of the session must not be touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from include.local import programs
from include.local.privileges import Account
from include.local.settings import Settings
from include.local.supervisor import Supervisor


@contextmanager
def own_server(settings: Settings, account: Account | None, name: str, wait: Callable[[], None]) -> Iterator[Supervisor]:
    """The one program that the settings do not take from elsewhere, up as ``wait`` says; stopped after the block."""
    supervisor = Supervisor(settings)
    try:
        supervisor.start(programs.servers(settings, account))
        supervisor.ensure_started(name)
        wait()
        yield supervisor
    finally:
        supervisor.stop()
