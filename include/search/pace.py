"""A limit on documents per second, so that a rebuild leaves the cluster room for its readers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Pace:
    """Documents per second on average; None: no limit."""

    documents_per_second: float | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _began: float | None = field(default=None, init=False)
    _sent: int = field(default=0, init=False)

    def __call__(self, documents: int) -> None:
        """Wait until the documents sent so far, these included, are no more than the limit allows."""
        now = self.clock()
        if self._began is None:
            self._began = now
        self._sent += documents
        if self.documents_per_second:
            ahead = self._sent / self.documents_per_second - (now - self._began)
            if ahead > 0:
                self.sleep(ahead)
