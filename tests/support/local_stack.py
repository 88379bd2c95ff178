"""Stacks that belong to a test session: their own home, free ports, empty at the start, gone at the end."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from include.local import airflow_home
from include.local.airflow_api import AirflowApi
from include.local.progress import Board
from include.local.settings import ROOT, Ports, Settings
from include.local.stack import Stack
from include.local.supervisor import Supervisor

MOST_SESSIONS = 8


class AirflowStack:
    """A complete running stack: every server, the sandbox upstream, and Airflow with this repository's DAGs."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.settings: Settings = stack.settings
        self.supervisor: Supervisor = stack.supervisor
        self.airflow: AirflowApi = stack.api()

    @property
    def env(self) -> dict[str, str]:
        """The environment of this stack's Airflow processes, and where its servers are."""
        return airflow_home.environment(self.settings) | self.settings.exports()

    def api(self, method: str, path: str, json: Any = None, params: dict[str, Any] | None = None) -> Any:
        """Call Airflow's REST API as administrator; ``path`` is below ``/api/v2/``."""
        return self.airflow.call(method, path.removeprefix("/api/v2/").lstrip("/"), json, params)

    def pid(self, program: str) -> int:
        """Process id of a program under the supervisor, 0 while it is down."""
        return int(self.supervisor.states()[program]["pid"])

    def kill(self, program: str, signal: int) -> int:
        """Send a signal to a program's process alone; its process id."""
        pid = self.pid(program)
        psutil.Process(pid).send_signal(signal)
        return pid


@contextmanager
def running_stack(name: str, request: pytest.FixtureRequest, *, airflow: bool, upstream_resources: int = 60) -> Iterator[Stack]:
    """Start a stack of the session's own and remove it at the end. Sessions that run at once in one clone get different homes."""
    parent = ROOT / ".local"
    parent.mkdir(exist_ok=True)
    for number in range(MOST_SESSIONS):
        home = parent / (f"{name}-{number}" if number else name)
        with home.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            settings = Settings(home=home, ports=Ports.free(), durable=False, upstream_resources=upstream_resources)
            stack = Stack(settings, airflow=airflow)
            stack.reset()
            try:
                with visible(request), Board() as board:
                    stack.up(board)
                yield stack
            finally:
                stack.reset()
            return
    raise RuntimeError(f"{MOST_SESSIONS} test sessions run in this clone already")


@contextmanager
def visible(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the person who waits see what is started: pytest hides output otherwise."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print()
        yield
