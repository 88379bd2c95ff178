"""The generated pages are what their sources say."""

from __future__ import annotations

from include import generate
from include.orchestration import docs


def test_the_pages_are_up_to_date() -> None:
    assert generate.differing() == []


def test_every_dag_and_every_heading_is_in_the_page() -> None:
    page = docs.dags_page()
    for path in (docs.ROOT / "dags").glob("*.py"):
        assert f"## {path.stem}\n" in page
    assert page.count("### Backfill") == len(list((docs.ROOT / "dags").glob("*.py")))
