"""A process that lands or loads and kills itself (SIGKILL) at a chosen moment: ``python -m tests.support.killed '<JSON>'``.

The JSON has the addresses, what to do (``land`` or ``load``) and ``kill``: {"put": n, "after": bool} at the n-th put to S3,
{"block": n} before the n-th block of a COPY, {"event": text, "nth": n} at a log line; nothing kills when it is empty.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import psycopg

from include.landing import land_stream, run_key
from include.sources.base import Json, find_stream
from include.warehouse import load, rows
from tests.support.feeds import Client, ListSource, at, course

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [[course(f"k{page}-{number}") for number in range(4)] for page in range(5)]


def run_killed(task: Json) -> int:
    """Do the work in a process of its own; -9 when it was killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed", json.dumps(task)], cwd=REPOSITORY, check=False, capture_output=True
    )
    if done.returncode not in (0, -signal.SIGKILL):
        raise AssertionError(done.stderr.decode())
    return done.returncode


class FileState:
    """A resume state in a file."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def get(self) -> Json | None:
        return json.loads(self.path.read_text()) if self.path.exists() else None

    def set(self, value: Json | None) -> None:
        self.path.write_text(json.dumps(value))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingS3:
    """Dies before or after the n-th put."""

    def __init__(self, s3: Any, kill: Json) -> None:
        self.s3, self.kill, self.puts = s3, kill, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.s3, name)

    def put_object(self, **given: Any) -> Any:
        self.puts += 1
        doomed = self.puts == self.kill.get("put")
        if doomed and not self.kill.get("after"):
            die()
        answer = self.s3.put_object(**given)
        if doomed:
            die()
        return answer


class DyingLog(logging.Handler):
    """Dies at the n-th line that has a text."""

    def __init__(self, kill: Json) -> None:
        super().__init__()
        self.kill, self.seen = kill, 0

    def emit(self, record: logging.LogRecord) -> None:
        if self.kill["event"] in record.getMessage():
            self.seen += 1
            if self.seen == self.kill.get("nth", 1):
                die()


def dying_blocks(nth: int) -> Any:
    real, seen = load.copy_blocks, 0

    def blocks(*given: Any) -> Iterator[bytes]:
        nonlocal seen
        for block in real(*given):
            seen += 1
            yield block[: len(block) // 2]  # half of the rows have gone to the server
            if seen == nth:
                die()
            yield block[len(block) // 2 :]

    return blocks


def work(task: Json) -> None:
    """Land, and load when that is wanted; die when that is wanted."""
    kill = task.get("kill", {})
    s3 = DyingS3(boto3.client("s3", **task["s3"]), kill)
    if "event" in kill:
        logging.getLogger("include").addHandler(DyingLog(kill))
        logging.getLogger("include").setLevel(logging.INFO)
    source = ListSource(PAGES)
    stream = find_stream(source, "courses")
    run = run_key("ingest_mitxonline", "killed", at(0))
    manifest = land_stream(source, stream, Client(), s3, task["bucket"], run, lambda: at(0), FileState(task["state"]), part_bytes=1)
    if task["do"] == "load":
        if kill:
            rows.BATCH_RECORDS = 4  # one part is one batch: there is a middle to die in
        if "block" in kill:
            load.copy_blocks = dying_blocks(kill["block"])  # type: ignore[assignment]
        with psycopg.connect(task["dsn"]) as connection:
            load.load_stream(connection, s3, task["bucket"], manifest)


if __name__ == "__main__":
    work(json.loads(sys.argv[1]))
