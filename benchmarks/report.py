"""The results as a table that a person reads."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


@dataclass(frozen=True)
class Measure:
    """One number with what it is compared to.

    ``ratio``: for rates the share of the raw tool's rate (more is better), for times and memory the multiple of what is named in
    ``against`` (less is better); None where there is nothing to compare with. ``aim``: what it is to be, where that was said beforehand.
    """

    value: float
    unit: str
    against: str
    ratio: float | None
    aim: str = ""

    def as_json(self) -> dict[str, Any]:
        """As in ``.local/bench.json``."""
        return asdict(self)


def write_table(page: Path, measures: dict[str, Measure], machine: str, at: datetime) -> None:
    """Replace the table between the two marks of the page; the words around it stay."""
    rows = [
        f"| {name} | {each.value} {each.unit} | {each.against or '-'} | {'-' if each.ratio is None else each.ratio} | {each.aim or '-'} |"
        for name, each in measures.items()
    ]
    table = "\n".join(
        [
            f"Measured {at:%Y-%m-%d} on {machine}.",
            "",
            "| measure | value | against | ratio | aim |",
            "| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )
    text = page.read_text()
    page.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{table}\n{END}", text, flags=re.DOTALL))
