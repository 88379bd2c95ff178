"""What the person who waits sees: named steps that run side by side, how long each takes, what is still going on.

On a terminal the running steps are a live block; anywhere else every event is one plain line, with a sign of life every
15 seconds, so that a CI log stays readable.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

SIGN_OF_LIFE_SECONDS = 15.0
NAME_WIDTH = 16


@dataclass
class Step:
    """One thing that is going on; ``note`` says what exactly and may change while it runs."""

    name: str
    note: str = ""
    started: float = field(default_factory=time.monotonic)
    spoke: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long the step has been running."""
        return time.monotonic() - self.started


class Board:
    """Shows steps while they run. Steps may start and end in any thread."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._steps: list[Step] = []
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._stop = threading.Event()
        self._ticker: threading.Thread | None = None

    def __enter__(self) -> Board:
        if self.console.is_terminal:
            self._live = Live(get_renderable=self._render, console=self.console, refresh_per_second=8, transient=True)
            self._live.start()
        else:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        if self._live:
            self._live.stop()
        if self._ticker:
            self._ticker.join()

    def say(self, text: str) -> None:
        """Print one line above the running steps."""
        self.console.print(text, markup=False)

    @contextmanager
    def step(self, name: str, note: str = "") -> Iterator[Step]:
        """A step from here to the end of the block; prints its time, or that it failed."""
        step = Step(name, note)
        with self._lock:
            self._steps.append(step)
        if not self._live:
            self.say(f"{name:{NAME_WIDTH}} {note or 'starting'}")
        outcome = "failed after"
        try:
            yield step
            outcome = "ready in"
        finally:
            with self._lock:
                self._steps.remove(step)
            self.say(f"{name:{NAME_WIDTH}} {outcome} {step.seconds:.1f} s{f' ({step.note})' if step.note else ''}")

    def run_all(self, jobs: Mapping[str, Callable[[Step], object]]) -> dict[str, float]:
        """Run the jobs side by side, one step each; seconds per job. The first error is raised when all have ended."""

        def run(name: str, job: Callable[[Step], object]) -> float:
            with self.step(name) as step:
                job(step)
                return step.seconds

        with ThreadPoolExecutor(max_workers=max(len(jobs), 1)) as pool:
            futures = {name: pool.submit(run, name, job) for name, job in jobs.items()}
        return {name: future.result() for name, future in futures.items()}

    def _render(self) -> Group:
        with self._lock:
            rows = [Spinner("dots", Text(f"{step.name:{NAME_WIDTH}} {step.seconds:5.1f} s  {step.note}")) for step in self._steps]
        return Group(*rows)

    def _tick(self) -> None:
        while not self._stop.wait(1.0):
            with self._lock:
                quiet = [step for step in self._steps if time.monotonic() - step.spoke > SIGN_OF_LIFE_SECONDS]
            for step in quiet:
                step.spoke = time.monotonic()
                self.say(f"{step.name:{NAME_WIDTH}} {step.seconds:.0f} s  {step.note or 'still running'}")
