"""Stacks that belong to a test session: their own home, free ports, empty at the start, gone at the end.

A session may have several worker processes (`pytest -n`); they share one stack of each kind."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from include.local import airflow_home
from include.local.airflow_api import AirflowApi
from include.local.place import PLACE, make_settings, settings_in
from include.local.progress import Board
from include.local.settings import ROOT, Settings
from include.local.stack import Stack
from include.local.supervisor import Supervisor

MOST_SESSIONS = 8
HOME = "TEST_STACKS_HOME"
"""Variable with the folder of this session's stacks."""


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
def session_home(environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """A folder for the stacks of this test session; its workers find it by the environment. The stacks are gone after the block.

    Sessions that run at once in one clone get different folders. What a killed session left in one is removed first.
    """
    parent = ROOT / ".local"
    parent.mkdir(exist_ok=True)
    for number in range(MOST_SESSIONS):
        home = parent / f"test-{number}"
        with home.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _remove_stacks(home)
            environ[HOME] = str(home)
            try:
                yield
            finally:
                del environ[HOME]
                _remove_stacks(home)
            return
    raise RuntimeError(f"{MOST_SESSIONS} test sessions run in this clone already")


def shared_stack(name: str, request: pytest.FixtureRequest, *, airflow: bool, upstream_resources: int = 60) -> Stack:
    """The stack of that name of this session: the first worker that asks starts it, empty; the others wait for it."""
    home = Path(os.environ[HOME]) / name
    home.parent.mkdir(exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (home / PLACE).exists():
            return Stack(settings_in(home), airflow=airflow)
        stack = Stack(make_settings(home, durable=False, upstream_resources=upstream_resources), airflow=airflow)
        try:
            with visible(request), Board() as board:
                stack.up(board)
        except BaseException:
            stack.reset()
            raise
        return stack


def _remove_stacks(home: Path) -> None:
    """Stop and remove every stack in the folder of a session."""
    for place in home.glob(f"*/{PLACE}"):
        Stack(settings_in(place.parent)).reset()
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def visible(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the person who waits see what is started: pytest hides output otherwise."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print()
        yield
