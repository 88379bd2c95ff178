"""The results as a table that a person reads."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
HEAD = "| measure | value | against | ratio | aim | taken |"
NOTHING = "-"


@dataclass(frozen=True)
class Measure:
    """One number with what it is compared to.

    ``ratio``: for rates the share of the raw tool's rate (more is better), for times and memory the multiple of what is named in
    ``against`` (less is better); None where there is nothing to compare with. ``aim``: what it is to be, where that was said beforehand.
    ``taken``: the day, ISO 8601.
    """

    value: float
    unit: str
    against: str
    ratio: float | None
    aim: str = ""
    taken: str = ""

    def as_json(self) -> dict[str, Any]:
        """As in ``.local/bench.json``."""
        return asdict(self)


def write_table(page: Path, measures: dict[str, Measure], machine: str) -> None:
    """Replace the table between the two marks of the page; the words around it stay."""
    rows = [
        f"| {name} | {each.value} {each.unit} | {each.against or NOTHING} | {NOTHING if each.ratio is None else each.ratio} |"
        f" {each.aim or NOTHING} | {each.taken} |"
        for name, each in measures.items()
    ]
    table = "\n".join([f"Measured last on {machine}.", "", HEAD, re.sub("[^|]+", " --- ", HEAD), *rows])
    text = page.read_text()
    page.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{table}\n{END}", text, flags=re.DOTALL))


def read_table(page: Path) -> dict[str, Measure]:
    """The measures that the page has."""
    _, _, table = page.read_text().partition(BEGIN)
    found = {}
    for line in table.partition(END)[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and line != HEAD and not cells[0].startswith("---"):
            name, said, against, ratio, aim, taken = cells
            value, unit = said.split()
            number = float(value) if "." in value else int(value)
            known = None if ratio == NOTHING else float(ratio)
            found[name] = Measure(number, unit, "" if against == NOTHING else against, known, "" if aim == NOTHING else aim, taken)
    return found
