"""``python -m include.parity``: exit 0 when every record of every golden file is equal, or differs as docs/parity.md accepts."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from include.errors import PipelineError
from include.parity.accepted import read_rules
from include.parity.build import BuildFailed
from include.parity.check import AS_OF, Outcome, Place, compare_all
from include.parity.servers import available_servers, scratch_bucket, scratch_database

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared" / "data"
ROW = "{:<32}{:>9}{:>8}{:>10}{:>13}\n"
SHOWN_DIFFERENCES = 40
SHOWN_LENGTH = 160


def main() -> int:
    """Run the check on the folders of the environment and say what was found."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"), format="%(levelname)s %(name)s %(message)s")
    upstream = Path(os.environ.get("PARITY_UPSTREAM_DIR") or SHARED / "upstream")
    golden = Path(os.environ.get("PARITY_GOLDEN_DIR") or SHARED / "golden")
    rules = read_rules()
    say(f"payloads {upstream}\ngolden   {golden}\nclock    {AS_OF:%Y-%m-%dT%H:%M:%SZ}\n\n")
    try:
        with ExitStack() as stack:
            servers = stack.enter_context(available_servers())
            dsn = stack.enter_context(scratch_database(servers))
            s3, bucket = stack.enter_context(scratch_bucket(servers))
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parity-")))
            outcomes = list(compare_all(upstream, golden, rules, Place(dsn, s3, bucket, work)))
    except BuildFailed as error:
        say(f"{error}\nThe models do not build on these payloads.\n")
        return 1
    except PipelineError as error:
        say(f"{error}\n")
        return 1
    if not outcomes:
        say(f"There is no golden file in {golden}: PARITY_GOLDEN_DIR must have the layout described in docs/parity.md.\n")
        return 1
    report(outcomes)
    return int(any(outcome.unexplained for outcome in outcomes))


def report(outcomes: Sequence[Outcome]) -> None:
    """The table, then each difference that counts."""
    say(ROW.format("golden file", "records", "equal", "accepted", "unexplained"))
    for outcome in outcomes:
        say(ROW.format(outcome.golden_file, outcome.records, outcome.equal, len(outcome.accepted), len(outcome.unexplained)))
    for rule, count in sorted(Counter(rule for outcome in outcomes for rule, _, _ in outcome.accepted).items()):
        say(f"\naccepted: {rule} {count} times (docs/parity.md)\n")
    for outcome in outcomes:
        for key, difference in outcome.unexplained[:SHOWN_DIFFERENCES]:
            say(
                f"\nunexplained: {outcome.golden_file} {key} {difference.path or '(record)'}\n"
                f"  golden {_shown(difference.golden)}\n  ours   {_shown(difference.ours)}\n"
            )
        if len(outcome.unexplained) > SHOWN_DIFFERENCES:
            say(f"\n{outcome.golden_file}: {len(outcome.unexplained) - SHOWN_DIFFERENCES} more\n")
    unexplained = sum(len(outcome.unexplained) for outcome in outcomes)
    say(f"\n{'parity: every record is equal or explained' if not unexplained else f'no parity: {unexplained} unexplained differences'}\n")


def say(text: str) -> None:
    """Write to the person who asked, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


if __name__ == "__main__":
    sys.exit(main())
