"""xPRO: two plain lists."""

from __future__ import annotations

from pathlib import Path

from include.parity.recorded import GoldenFile, Payloads, read_records

GOLDEN = (GoldenFile("xpro_courses", "xpro", "course"), GoldenFile("xpro_programs", "xpro", "program"))


def payloads(folder: Path) -> Payloads:
    """The records of both lists."""
    return {("xpro", name): read_records(folder / "xpro" / f"xpro_{name}.json") for name in ("courses", "programs")}
