"""What is generated from the contract, where it lies, and whether it is up to date."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .dbt_yaml import marts_yaml
from .ddl import schema_sql

HERE = Path(__file__).resolve().parent
ARTIFACTS: dict[str, Callable[[], str]] = {
    "contracts/generated/learn_schema.sql": schema_sql,
    "dbt/models/marts/_marts__contracts.yml": marts_yaml,
}
"""Path below the folder that holds ``contracts`` (``include``), and what makes the text."""


def generate(root: Path = HERE.parent) -> list[str]:
    """Write every file that differs; return their paths."""
    changed = stale(root)
    for path in changed:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(ARTIFACTS[path](), encoding="utf-8")
    return changed


def stale(root: Path = HERE.parent) -> list[str]:
    """The files below ``root`` that are missing or differ from the contract."""
    return [path for path, make in ARTIFACTS.items() if _read(root / path) != make()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
