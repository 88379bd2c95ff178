"""``python -m include.contracts generate`` writes what follows from the contract; ``check`` says what is out of date."""

from __future__ import annotations

import argparse
import sys

from .generate import generate, stale


def main() -> int:
    """Run one of the two commands; ``check`` fails when a file differs."""
    parser = argparse.ArgumentParser(prog="contracts", description=__doc__)
    parser.add_argument("command", choices=("generate", "check"))
    if parser.parse_args().command == "generate":
        for path in generate():
            print(f"generated include/{path}")
        return 0
    outdated = stale()
    for path in outdated:
        print(f"out of date: include/{path} (run `python -m include.contracts generate`)", file=sys.stderr)
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main())
