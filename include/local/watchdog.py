"""Restarts what lives but does not answer. supervisord sees only that a process is there; this asks each one, in its own protocol.

It also counts LocalExecutor's workers. A worker killed while it waits for work takes the queue's lock with it: Airflow starts others, which
wait for ever, and tasks stay queued for minutes. A scheduler that misses workers is restarted; it then takes up what was lost.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from include.local.health import Addresses, Health, probe

log = logging.getLogger("watchdog")

INTERVAL_SECONDS = 3.0
STARTUP_SECONDS = 180.0
"""How long a program may take to become well for the first time, before its silence counts."""


@dataclass
class Patient:
    """What the watchdog remembers of one program since its present process started."""

    pid: int = 0
    seen_well: bool = False
    failures: int = 0


@dataclass
class Watchdog:
    """The loop's body, with everything it touches given to it."""

    rpc: Any
    ask: Callable[[str, int], Health]
    now: Callable[[], float] = time.time
    patients: dict[str, Patient] = field(default_factory=dict)

    def look(self) -> list[str]:
        """Ask every program once and restart those whose patience is used up; their names."""
        restarted = []
        for info in self.rpc.getAllProcessInfo():
            name = info["name"]
            if name == "watchdog":
                continue
            if info["statename"] == "FATAL":  # supervisor gave up on it
                log.warning("event=start_again program=%s state=FATAL", name)
                self.rpc.startProcess(name, False)
                restarted.append(name)
            elif info["statename"] == "RUNNING" and self._is_hopeless(name, info):
                self._restart(name)
                restarted.append(name)
        return restarted

    def _is_hopeless(self, name: str, info: dict[str, Any]) -> bool:
        patient = self.patients.setdefault(name, Patient())
        if patient.pid != info["pid"]:
            patient = self.patients[name] = Patient(pid=info["pid"])
        health = self.ask(name, info["pid"])
        if health.well:
            patient.seen_well, patient.failures = True, 0
        if health.well or not health.patience:
            return False
        if not patient.seen_well and self.now() - info["start"] < STARTUP_SECONDS:
            return False
        patient.failures += 1
        log.warning("event=unwell program=%s times=%d detail=%r", name, patient.failures, health.detail)
        return patient.failures >= health.patience

    def _restart(self, name: str) -> None:
        log.warning("event=restart program=%s", name)
        try:
            self.rpc.stopProcess(name)
        except xmlrpc.client.Fault as fault:  # it ended meanwhile
            log.info("event=stop_refused program=%s detail=%r", name, fault.faultString)
        self.rpc.startProcess(name, False)


def main(configuration: Path) -> None:
    """Look every few seconds, until supervisord ends us."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    told = json.loads(configuration.read_text())
    addresses = Addresses(**told["addresses"])
    transport = SupervisorTransport(None, None, f"unix://{told['socket']}")
    rpc = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor
    watchdog = Watchdog(rpc, lambda name, pid: probe(name, addresses, pid))
    while True:
        try:
            watchdog.look()
        except (OSError, xmlrpc.client.Error) as error:
            log.warning("event=supervisor_silent detail=%r", str(error))
        time.sleep(INTERVAL_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
