"""Differences that were decided on: the table in docs/parity.md is the only place where one can be accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from include.parity.compare import ABSENT, Difference

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "parity.md"
HEADING = "## Accepted differences"
COLUMNS = ["id", "golden file", "path", "golden", "ours", "reason"]
ANYTHING = "anything"


@dataclass(frozen=True)
class Rule:
    """A row of the table. ``golden`` and ``ours`` are JSON, ``absent`` or ``anything``; an object matches when it is contained."""

    id: str
    golden_file: str
    path: str
    golden: str
    ours: str
    reason: str

    def accepts(self, golden_file: str, difference: Difference) -> bool:
        """Whether this row explains the difference."""
        return (
            fnmatchcase(golden_file, self.golden_file)
            and difference.path == self.path
            and _matches(self.golden, difference.golden)
            and _matches(self.ours, difference.ours)
        )


def read_rules(document: Path = DOCUMENT) -> list[Rule]:
    """The rows of the table under the heading. ValueError when the table is not as expected: nothing is accepted by accident."""
    _, found, rest = document.read_text(encoding="utf-8").partition(HEADING)
    if not found:
        raise ValueError(f"{document} has no section {HEADING!r}")
    rows = [_cells(line) for line in rest.split("\n## ")[0].splitlines() if line.startswith("|")]
    if len(rows) < 2 or rows[0] != COLUMNS:
        raise ValueError(f"{document}: the table of accepted differences must have the columns {', '.join(COLUMNS)}")
    rules = [Rule(*row) for row in rows[2:]]
    identifiers = [rule.id for rule in rules]
    if len(set(identifiers)) != len(identifiers):
        raise ValueError(f"{document}: an id stands for two accepted differences")
    for rule in rules:
        for pattern in (rule.golden, rule.ours):
            if pattern not in ("absent", ANYTHING):
                json.loads(pattern)
    return rules


def explain(rules: list[Rule], golden_file: str, difference: Difference) -> str | None:
    """Id of the row that accepts the difference; None for an unexplained one."""
    return next((rule.id for rule in rules if rule.accepts(golden_file, difference)), None)


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`").replace("\\|", "|") for cell in line.strip().strip("|").split(" | ")]


def _matches(pattern: str, value: Any) -> bool:
    if pattern == ANYTHING:
        return True
    if pattern == "absent":
        return bool(value == ABSENT)
    wanted = json.loads(pattern)
    if isinstance(wanted, Mapping) and isinstance(value, Mapping):
        return all(name in value and value[name] == expected for name, expected in wanted.items())
    return type(wanted) is type(value) and bool(wanted == value)
