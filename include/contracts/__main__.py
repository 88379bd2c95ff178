"""``python -m include.contracts generate`` writes what follows from the contract; ``check`` says what is out of date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .generate import ROOT, generate, stale


def main() -> int:
    """Run one of the two commands; ``check`` fails when a file differs."""
    parser = argparse.ArgumentParser(prog="contracts", description=__doc__)
    parser.add_argument("command", choices=("generate", "check"))
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the files (default: the one above this package)")
    chosen = parser.parse_args()
    if chosen.command == "generate":
        for path in generate(chosen.root):
            sys.stdout.write(f"generated {path}\n")
        return 0
    outdated = stale(chosen.root)
    for path in outdated:
        sys.stderr.write(f"out of date: {path} (run `python -m include.contracts generate`)\n")
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main())
