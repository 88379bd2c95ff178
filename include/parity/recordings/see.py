"""Sloan Executive Education: both lists whole, as they were in August 2024."""

from __future__ import annotations

from pathlib import Path

from include.parity.recorded import GoldenFile, Payloads, read_records

GOLDEN = (GoldenFile("sloan_courses", "see", "course", unordered=frozenset({"delivery"})),)


def payloads(folder: Path) -> Payloads:
    """The records of both lists."""
    return {
        ("see", "courses"): read_records(folder / "see" / "test_sloan_courses.json"),
        ("see", "offerings"): read_records(folder / "see" / "test_sloan_runs.json"),
    }
