"""Doors that must stay shut while something is imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


def refused(what: str) -> Callable[..., NoReturn]:
    """A stand-in that fails whoever calls it, naming what was called."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError(f"{what} is called while a DAG file is imported")

    return refuse
