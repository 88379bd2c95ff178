"""The table of `docs/faults.md`: what each misbehaviour of a publisher becomes, and for which feeds. Written by the tests that try it."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from include.local.upstream.faults import KINDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
BEGIN, END = "<!-- outcomes -->", "<!-- /outcomes -->"
WRITE = "WRITE_FAULTS"
"""With this variable set the table is written (of a part of the tests, their part of it), else it is compared."""

Outcomes = Mapping[tuple[str, str], str]
"""(fault, feed) -> what came of it."""


def rows(outcomes: Outcomes) -> Iterator[str]:
    """One row for each fault and outcome, with the feeds that have it."""
    for fault, kind in KINDS.items():
        feeds: dict[str, list[str]] = defaultdict(list)
        for (name, feed), outcome in sorted(outcomes.items()):
            if name == fault:
                feeds[outcome].append(feed)
        for outcome, named in sorted(feeds.items()):
            yield f"| `{fault}` | {kind.says} | {outcome} | {', '.join(named)} |"


def written() -> dict[tuple[str, str], str]:
    """The outcomes that the page tells."""
    found = {}
    for line in PAGE.read_text().split(BEGIN)[1].split(END)[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("`"):
            found.update({(cells[0].strip("`"), feed): cells[2] for feed in cells[3].split(", ")})
    return found


def write(outcomes: Outcomes) -> None:
    """Replace the table of the page; the words around it stay."""
    table = "\n".join(["| fault | what the publisher does | outcome | feeds |", "| --- | --- | --- | --- |", *rows(outcomes)])
    text = re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{table}\n{END}", PAGE.read_text(), flags=re.DOTALL)
    PAGE.write_text(text)


def is_to_be_written() -> bool:
    """Whether this session writes the page."""
    return bool(os.environ.get(WRITE))
