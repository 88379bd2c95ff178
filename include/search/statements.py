"""The SQL files of this package, one statement each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("sql")


@cache
def statement(name: str) -> bytes:
    """The statement of ``sql/<name>.sql``."""
    return (FOLDER / f"{name}.sql").read_bytes()
