"""When the watchdog restarts something, and when it leaves it alone."""

from __future__ import annotations

from typing import Any

from include.local.health import LOST_WORKERS_PATIENCE, PATIENCE, Health
from include.local.watchdog import STARTUP_SECONDS, Watchdog

WELL = Health(True)
SILENT = Health(False, "connection refused")
LOST_WORKERS = Health(False, "5 of 6 workers", patience=LOST_WORKERS_PATIENCE)
BUSY = Health(False, "filling", patience=0)


class Processes:
    """Supervisor's side: a restarted program gets a new process id."""

    def __init__(self, **states: str) -> None:
        self.infos: dict[str, dict[str, Any]] = {
            name.replace("_", "-"): {"name": name.replace("_", "-"), "statename": state, "pid": number, "start": 0}
            for number, (name, state) in enumerate(states.items(), start=100)
        }

    def getAllProcessInfo(self) -> list[dict[str, Any]]:
        return list(self.infos.values())

    def stopProcess(self, name: str) -> None:
        self.infos[name]["statename"] = "STOPPED"

    def startProcess(self, name: str, wait: bool) -> None:
        assert self.infos[name]["statename"] != "RUNNING"
        self.infos[name] |= {"statename": "RUNNING", "pid": self.infos[name]["pid"] + 1000}


def looks(watchdog: Watchdog, times: int) -> list[str]:
    return [name for _ in range(times) for name in watchdog.look()]


def test_silent_server_is_restarted_once_its_patience_is_used_up() -> None:
    processes = Processes(s3="RUNNING", postgres="RUNNING")
    watchdog = Watchdog(processes, lambda name, pid: SILENT if name == "s3" else WELL, now=lambda: STARTUP_SECONDS + 1)
    assert looks(watchdog, PATIENCE - 1) == []
    assert looks(watchdog, 1) == ["s3"]
    assert processes.infos["s3"]["pid"] == 1100
    assert processes.infos["postgres"]["pid"] == 101


def test_an_answer_in_between_starts_the_count_anew() -> None:
    answers = iter([SILENT] * (PATIENCE - 1) + [WELL] + [SILENT] * (PATIENCE - 1))
    watchdog = Watchdog(Processes(s3="RUNNING"), lambda name, pid: next(answers), now=lambda: STARTUP_SECONDS + 1)
    assert looks(watchdog, 2 * PATIENCE - 1) == []


def test_a_server_that_is_starting_is_left_alone() -> None:
    watchdog = Watchdog(Processes(opensearch="RUNNING"), lambda name, pid: SILENT, now=lambda: STARTUP_SECONDS - 1)
    assert looks(watchdog, 3 * PATIENCE) == []


def test_a_server_that_says_it_is_busy_is_left_alone() -> None:
    watchdog = Watchdog(Processes(upstream="RUNNING"), lambda name, pid: BUSY, now=lambda: STARTUP_SECONDS * 10)
    assert looks(watchdog, 3 * PATIENCE) == []


def test_lost_workers_restart_the_scheduler_at_the_second_look() -> None:
    answers = {100: LOST_WORKERS, 1100: WELL}
    watchdog = Watchdog(Processes(airflow_scheduler="RUNNING"), lambda name, pid: answers[pid], now=lambda: STARTUP_SECONDS + 1)
    assert looks(watchdog, LOST_WORKERS_PATIENCE) == ["airflow-scheduler"]
    assert looks(watchdog, PATIENCE) == []


def test_a_program_that_supervisor_gave_up_is_started_again() -> None:
    processes = Processes(s3="FATAL", postgres="STOPPED")
    assert looks(Watchdog(processes, lambda name, pid: WELL), 1) == ["s3"]
    assert processes.infos["postgres"]["statename"] == "STOPPED"
