"""edX.org: a page of courses and a plain list of programs. (The page of another school has the key of one of these courses.)

The golden programs were made without Learn's database, so without topics, teachers and effort; ours find none either, because the
courses of these programs are not among the recorded ones.
"""

from __future__ import annotations

from pathlib import Path

from include.parity.recorded import GoldenFile, Payloads, read_records

GOLDEN = (GoldenFile("mit_edx_courses", "mit_edx", "course"), GoldenFile("mit_edx_programs", "mit_edx", "program"))


def payloads(folder: Path) -> Payloads:
    """The records of both lists."""
    return {
        ("mit_edx", "courses"): read_records(folder / "mit_edx" / "test_mitx_course.json"),
        ("mit_edx", "programs"): read_records(folder / "mit_edx" / "test_mitx_programs.json"),
    }
