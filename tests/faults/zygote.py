"""A process that has everything imported and dbt's project parsed, and forks one process for each step: ``python -m tests.faults.zygote``.

A step is so a process of the operating system that can be killed, without the seconds that a start of Python and dbt take. It reads one
task per line, forks, and writes the process id, then how it ended. It has no thread and no connection when it forks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""numpy, which dbt and others import, has threads otherwise; a process that forks must have none."""


class Zygote:
    """The side of the one who asks."""

    def __init__(self, dbt_folder: Path, dsn: str, log: Path) -> None:
        told = os.environ | ONE_THREAD | {"FAULTS_DBT": str(dbt_folder), "FAULTS_DSN": dsn, "PYTHONPATH": str(REPOSITORY)}
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=REPOSITORY,
            env=told,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
        self._line()  # it is ready

    def start(self, task: dict[str, Any]) -> int:
        """Begin a step; its process id."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(task).encode() + b"\n")
        self.process.stdin.flush()
        return int(self._line()["pid"])

    def wait(self) -> int:
        """How the step ended: 0, 1 for an error, -9 when it was killed."""
        return os.waitstatus_to_exitcode(int(self._line()["status"]))

    def _line(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process that starts the steps has ended; see {self.log.name}")
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        """End it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)
        self.log.close()


def main() -> None:
    """Import, parse, then fork for each line."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # dbt prints
    from tests.faults import steps

    steps.parse(os.environ["FAULTS_DSN"])
    answers.write("{}\n")
    for line in sys.stdin:
        task = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_work(task))
        answers.write(json.dumps({"pid": pid}) + "\n")
        _, status = os.waitpid(pid, 0)
        answers.write(json.dumps({"status": status}) + "\n")


def _work(task: dict[str, Any]) -> int:
    from include.errors import PipelineError
    from tests.faults import steps

    try:
        answer, code = steps.run(task), 0
    except BaseException as error:  # noqa: BLE001 (told to the one who asked)
        is_final = isinstance(error, PipelineError) and not error.transient
        answer, code = {"error": type(error).__name__, "is_final": is_final, "text": traceback.format_exc()}, 1
    Path(task["answer"]).write_text(json.dumps(answer))
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
