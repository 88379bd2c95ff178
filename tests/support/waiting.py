"""Waiting for what happens in another process, and saying what did not."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.2


def wait_for(
    what: str,
    condition: Callable[[], object],
    seconds: float,
    *,
    pause_seconds: float = PAUSE_SECONDS,
    passing: type[Exception] | tuple[type[Exception], ...] = (),
) -> None:
    """Poll until the condition holds; an error of the kind ``passing`` means: not yet."""
    deadline = time.monotonic() + seconds
    while not _holds(condition, passing):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(pause_seconds)


def _holds(condition: Callable[[], object], passing: type[Exception] | tuple[type[Exception], ...]) -> bool:
    try:
        return bool(condition())
    except passing:
        return False
