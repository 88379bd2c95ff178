"""``make lint``: every check, each with its time, all of them even when one fails. Changes nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from include.local.settings import ROOT

CHECKS: dict[str, list[str]] = {
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "sql": ["sqlfluff", "lint", "--disable-progress-bar", "--processes", "2", "include/dbt/models"],
    "generated clients": ["python", "-m", "include.sources.graphql.generate", "check"],
    "generated": ["python", "-m", "include.generate", "--check"],
}


def main() -> int:
    """Run the checks one after the other; the exit code says whether all passed."""
    failed = []
    for name, (program, *arguments) in CHECKS.items():
        print(f"{name:16} {program} {' '.join(arguments)}", flush=True)
        began = time.monotonic()
        code = subprocess.run([str(Path(sys.executable).with_name(program)), *arguments], cwd=ROOT, check=False).returncode  # noqa: S603
        print(f"{name:16} {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
        if code:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
