"""MITx Online: one page of each list; and programs with nested programs, which come with courses of their own."""

from __future__ import annotations

from pathlib import Path

from include.parity.recorded import Dataset, GoldenFile, Payloads, read_json, read_records

GOLDEN = (
    GoldenFile("mitxonline_courses", "mitxonline", "course"),
    GoldenFile("mitxonline_programs", "mitxonline", "program"),
)


def payloads(folder: Path) -> Payloads:
    """The records of both lists."""
    return {("mitxonline", name): read_records(folder / "mitxonline" / f"mitxonline_{name}.json") for name in ("courses", "programs")}


def _program_children(folder: Path) -> Payloads:
    both = read_json(folder / "mitxonline" / "mitxonline_program_children_loader.json")
    return {("mitxonline", "courses"): both["courses"], ("mitxonline", "programs"): both["programs"]}


FURTHER = (Dataset("program children", _program_children, (GoldenFile("mitxonline_program_children", "mitxonline", "program"),)),)
