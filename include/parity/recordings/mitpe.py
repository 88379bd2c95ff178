"""MIT Professional Education: the pages of its list."""

from __future__ import annotations

from pathlib import Path

from include.parity.recorded import GoldenFile, Payloads, read_records

GOLDEN = (GoldenFile("mitpe_courses", "mitpe", "course"), GoldenFile("mitpe_programs", "mitpe", "program"))


def payloads(folder: Path) -> Payloads:
    """The records of all pages."""
    pages = [folder / "mitpe" / f"professional_ed_resources_{number}.json" for number in range(3)]
    return {("mitpe", "resources"): [record for page in pages for record in read_records(page)]}
