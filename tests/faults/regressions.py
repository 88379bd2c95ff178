"""Sequences that failed while the chain was built, kept as they were, whatever the generator makes of their seeds today."""

from __future__ import annotations

import json
from pathlib import Path

from tests.faults.sequence import Sequence

FILE = Path(__file__).with_name("regressions.jsonl")
"""One JSON object per line: ``why`` (what failed, in words) and ``sequence``."""


def regressions() -> list[tuple[str, Sequence]]:
    """Why it is kept, and the sequence."""
    return [(each["why"], Sequence.of(each["sequence"])) for each in map(json.loads, FILE.read_text().splitlines())]
