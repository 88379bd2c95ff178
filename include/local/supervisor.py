"""The one supervisord of a stack: its configuration, starting it, talking to it, and leaving no process behind."""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from include.local.programs import HOME_VARIABLE, SCRUBBED, Program
from include.local.settings import Settings

SOCKET_PATH_LIMIT = 100
STOP_SECONDS = 60
LEFTOVER_TERM_SECONDS = 10
MARKER = ".stack"
"""A file in every stack's home; the nearest one above a path tells whose path it is (a test's home may lie in another's)."""


class SupervisorError(Exception):
    """supervisord did not start, or a program did not."""


class Supervisor:
    """Control of one stack's processes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._configuration = settings.run_dir / "supervisord.conf"
        self._pid_file = settings.run_dir / "supervisord.pid"

    @property
    def socket(self) -> Path:
        """The control socket: in the home, or in the temporary folder when that path is too long for a socket."""
        path = self.settings.run_dir / "supervisor.sock"
        if len(str(path)) <= SOCKET_PATH_LIMIT:
            return path
        tag = hashlib.sha256(str(path).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"learn-pipelines-{os.getuid()}-{tag}.sock"

    def _socket_name(self) -> Path:
        home = self.settings.home
        return self.socket.relative_to(home) if self.socket.is_relative_to(home) else self.socket

    @property
    def rpc(self) -> Any:
        """supervisor's XML-RPC interface."""
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def is_running(self) -> bool:
        """Whether supervisord answers."""
        try:
            return bool(self.rpc.getState()["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error):
            return False

    def states(self) -> dict[str, dict[str, Any]]:
        """Program -> supervisor's facts about it (``statename``, ``pid``, ``start``...); empty when supervisord is down."""
        try:
            return {info["name"]: info for info in self.rpc.getAllProcessInfo()}
        except (OSError, xmlrpc.client.Error):
            return {}

    def start(self, programs: Iterable[Program]) -> None:
        """Start supervisord with these programs, none of them started yet; what an earlier one left is stopped first.

        When it runs already, programs whose launch script has changed are stopped, to be started anew.
        """
        programs = list(programs)
        self.settings.run_dir.mkdir(parents=True, exist_ok=True)
        self.settings.logs_dir.mkdir(parents=True, exist_ok=True)
        (self.settings.home / MARKER).touch()
        configuration = self._render(programs)
        running = self.is_running()
        same = self._configuration.exists() and self._configuration.read_text() == configuration
        if running and not same:
            self.stop()
            running = False
        changed = self._write_scripts(programs)
        if running:
            for name in changed & {name for name, info in self.states().items() if info["statename"] == "RUNNING"}:
                self.rpc.stopProcess(name)
            return
        self.stop_leftovers()
        self.socket.unlink(missing_ok=True)
        descriptor = os.open(self._configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(configuration)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "DBT_")) and name not in SCRUBBED}
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._configuration)]
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            env=inherited | {HOME_VARIABLE: str(self.settings.home)},
            cwd=self.settings.home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SupervisorError(f"supervisord did not start: {done.stderr[-1000:]}")
        self._wait(self.is_running, 15, "supervisord does not answer")

    def ensure_started(self, name: str) -> None:
        """Ask for a program to run; returns at once."""
        state = self.states().get(name, {}).get("statename")
        if state not in {"RUNNING", "STARTING", "BACKOFF"}:
            with contextlib.suppress(xmlrpc.client.Fault):  # already started meanwhile
                self.rpc.startProcess(name, False)

    def restart(self, name: str) -> None:
        """Stop a program, if it runs, and start it."""
        with contextlib.suppress(xmlrpc.client.Fault):
            self.rpc.stopProcess(name)
        self.rpc.startProcess(name, False)

    def stop(self) -> None:
        """Stop every program and supervisord itself, and whatever is left of the stack. Safe to repeat."""
        if self.is_running():
            pid = int(self.rpc.getPID())
            self.rpc.shutdown()
            with contextlib.suppress(SupervisorError):
                self._wait(lambda: not psutil.pid_exists(pid), STOP_SECONDS, "supervisord does not end")
        self.stop_leftovers()
        self.socket.unlink(missing_ok=True)
        self._pid_file.unlink(missing_ok=True)

    def stop_leftovers(self) -> list[int]:
        """End processes of this stack that no supervisord looks after (it was killed, or they escaped it); their ids."""
        found = self.processes()
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, alive = psutil.wait_procs(found, timeout=LEFTOVER_TERM_SECONDS)
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(alive, timeout=LEFTOVER_TERM_SECONDS)
        return [process.pid for process in found]

    def processes(self) -> list[psutil.Process]:
        """Every process of this stack, supervisord included, whoever started it; never ourselves or what we run under."""
        kin = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
        return [process for process in psutil.process_iter() if process.pid not in kin and self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            told = process.environ().get(HOME_VARIABLE)
            if told:
                return told == str(self.settings.home)
            # Some servers write their title over their environment. Those stand in a folder of ours, or name it.
            if not Path(process.exe()).name.startswith(("python", "postgres", "java", "versitygw", "airflow")):
                return False
            paths = [process.cwd(), *(word for word in process.cmdline() if word.startswith("/"))]
            return any(home_of(Path(path)) == self.settings.home for path in paths)
        return False

    def _write_scripts(self, programs: list[Program]) -> set[str]:
        changed = set()
        for program in programs:
            path, script = self.settings.run_dir / f"{program.name}.sh", program.script(self.settings)
            if path.exists() and path.read_text() == script:
                continue
            path.unlink(missing_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700)
            with os.fdopen(descriptor, "w") as file:
                file.write(script)
            changed.add(program.name)
        return changed

    def _render(self, programs: list[Program]) -> str:
        # supervisord starts in the home and all paths are relative to it: it would expand a % in a path, and more than once.
        rendered = configparser.RawConfigParser()
        rendered["unix_http_server"] = {"file": str(self._socket_name()), "chmod": "0600"}
        rendered["supervisord"] = {
            "pidfile": "run/supervisord.pid",
            "logfile": "logs/supervisord.log",
            "logfile_maxbytes": "5MB",
            "logfile_backups": "1",
            "childlogdir": "logs",
            "minfds": "1024",
            **({"user": "root"} if os.geteuid() == 0 else {}),
        }
        rendered["rpcinterface:supervisor"] = {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"}
        for program in programs:
            rendered[f"program:{program.name}"] = {
                "command": f"/bin/sh run/{program.name}.sh",
                "autostart": "false",
                "autorestart": "true",
                "startsecs": "1",
                "startretries": "30",
                "stopsignal": program.stop_signal,
                "stopwaitsecs": str(program.stop_wait_seconds),
                "stopasgroup": "true" if program.stop_signal == "TERM" else "false",
                "killasgroup": "true",
                "redirect_stderr": "true",
                "stdout_logfile": f"logs/{program.name}.log",
                "stdout_logfile_maxbytes": "20MB",
                "stdout_logfile_backups": "1",
            }
        text = io.StringIO()
        rendered.write(text)
        return text.getvalue()

    @staticmethod
    def _wait(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise SupervisorError(f"{otherwise} after {seconds:.0f} s")
            time.sleep(0.1)


def home_of(path: Path) -> Path | None:
    """The home of the stack that ``path`` lies in."""
    return next((folder for folder in (path, *path.parents) if (folder / MARKER).exists()), None)
