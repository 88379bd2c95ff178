"""Every file that follows from something else: written by `make generate`, compared by `make lint`.

python -m include.generate          # write what differs
python -m include.generate --check  # exit code 1 and the names, when a file is not what would be generated
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from include.contracts.generate import ARTIFACTS
from include.local.astro import settings_yaml
from include.orchestration.dbt_files import normalized_macro, sources_yaml
from include.orchestration.docs import dags_page, sources_page

ROOT = Path(__file__).resolve().parents[1]

FILES: dict[str, Callable[[], str]] = {
    "docs/DAGS.md": dags_page,
    "docs/SOURCES.md": sources_page,
    "airflow_settings.yaml": settings_yaml,
    "include/dbt/models/sources.yml": sources_yaml,
    "include/dbt/macros/generated/normalized_records.sql": normalized_macro,
    **{f"include/{path}": make for path, make in ARTIFACTS.items()},
}
"""Path below the repository, and what makes the text."""


def differing() -> list[str]:
    """The files that are not what would be generated now."""
    return [name for name, make in FILES.items() if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != make()]


def main() -> int:
    """Write or compare; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when a file differs")
    check = parser.parse_args().check
    stale = differing()
    for name in stale:
        if check:
            sys.stderr.write(f"out of date: {name} (run `make generate`)\n")
            continue
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(FILES[name](), encoding="utf-8")
        sys.stdout.write(f"generated {name}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
