"""The supervisor keeps programs alive, and leaves none behind."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from include.local.programs import Program
from include.local.settings import Settings
from include.local.supervisor import Supervisor
from tests.support.waiting import wait_for

SLEEPER = "import signal, subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)"


def eventually(condition: Callable[[], object], seconds: float = 20.0) -> None:
    wait_for("it", condition, seconds, pause_seconds=0.1)


def program(name: str, home: Path, **environment: str) -> Program:
    return Program(name, [sys.executable, "-c", SLEEPER], cwd=home, environment=environment)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    home = tmp_path / "a home with % and 'quotes'"
    home.mkdir()
    made = Supervisor(Settings(home=home))
    made.start([program("one", home), program("two", home)])
    for name in ("one", "two"):
        made.ensure_started(name)
    eventually(lambda: {info["statename"] for info in made.states().values()} == {"RUNNING"})
    yield made
    made.stop()


def test_killed_program_is_started_again(supervisor: Supervisor) -> None:
    before = supervisor.states()
    psutil.Process(before["one"]["pid"]).kill()
    eventually(lambda: supervisor.states()["one"]["statename"] == "RUNNING" and supervisor.states()["one"]["pid"] != before["one"]["pid"])
    assert supervisor.states()["two"]["pid"] == before["two"]["pid"]


def test_stop_leaves_no_process_and_may_be_repeated(supervisor: Supervisor) -> None:
    eventually(lambda: len(supervisor.processes()) == 5)  # itself, two programs, a child of each
    supervisor.stop()
    assert supervisor.processes() == []
    assert not supervisor.is_running()
    supervisor.stop()


def test_stop_finds_what_a_killed_supervisor_left(supervisor: Supervisor) -> None:
    eventually(lambda: len(supervisor.processes()) == 5)
    psutil.Process(supervisor.rpc.getPID()).send_signal(signal.SIGKILL)
    eventually(lambda: not supervisor.is_running())
    assert len(supervisor.processes()) == 4
    supervisor.stop()
    assert supervisor.processes() == []


def test_start_after_a_killed_supervisor_begins_clean(supervisor: Supervisor) -> None:
    orphans = {info["pid"] for info in supervisor.states().values()}
    psutil.Process(supervisor.rpc.getPID()).send_signal(signal.SIGKILL)
    eventually(lambda: not supervisor.is_running())
    home = supervisor.settings.home
    supervisor.start([program("one", home), program("two", home)])
    supervisor.ensure_started("one")
    eventually(lambda: supervisor.states()["one"]["statename"] == "RUNNING")
    assert not orphans & {process.pid for process in psutil.process_iter()}


def test_only_a_program_whose_settings_changed_is_stopped_by_the_next_start(supervisor: Supervisor) -> None:
    before, home = supervisor.states(), supervisor.settings.home
    supervisor.start([program("one", home), program("two", home, CHANGED="yes")])
    after = supervisor.states()
    assert after["one"]["pid"] == before["one"]["pid"]
    assert after["two"]["statename"] == "STOPPED"


def test_a_stack_inside_the_home_of_another_is_left_alone(supervisor: Supervisor) -> None:
    inner_home = supervisor.settings.home / "test"
    inner_home.mkdir()
    inner = Supervisor(Settings(home=inner_home))
    inner.start([program("one", inner_home)])
    try:
        inner.ensure_started("one")
        eventually(lambda: inner.states()["one"]["statename"] == "RUNNING")
        supervisor.stop()
        assert inner.states()["one"]["statename"] == "RUNNING"
    finally:
        inner.stop()


def test_control_socket_of_a_deep_folder(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 20) / ("deeper" * 10)
    home.mkdir(parents=True)
    deep = Supervisor(Settings(home=home))
    try:
        deep.start([program("one", home)])
        assert deep.is_running()
    finally:
        deep.stop()
    assert not deep.socket.exists()
