"""Open Learning Library: its sheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from include.parity.recorded import GoldenFile, Payloads, read_body

GOLDEN = (GoldenFile("oll_courses", "oll", "course"),)
AS_LEARN_DOES = {"oll_trim_topics": False}


def payloads(folder: Path) -> Payloads:
    """The rows of the sheet."""
    table = io.StringIO(read_body(folder / "oll" / "oll_metadata.csv").decode(), newline="")
    return {("oll", "courses"): list(csv.DictReader(table))}
