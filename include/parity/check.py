"""The check itself: recorded payloads through landing, raw load and dbt, then our normalized records against the golden ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from include.landing.keys import run_key
from include.landing.land import land_stream
from include.parity.accepted import Rule, explain
from include.parity.build import build
from include.parity.compare import Difference, Pair, in_order, pair_up
from include.parity.recorded import Dataset, GoldenFile, Recording, recorded
from include.parity.recordings import as_learn_does, datasets
from include.sources.base import find_stream
from include.warehouse.load import load_stream
from include.warehouse.schema import ensure_schema

AS_OF = datetime(2024, 9, 10, 12, tzinfo=UTC)
"""The clock with which the golden records were made."""


@dataclass
class Outcome:
    """What the comparison with one golden file found."""

    golden_file: str
    records: int = 0
    equal: int = 0
    accepted: list[tuple[str, str, Difference]] = field(default_factory=list)
    """(id of the accepting rule, record, difference)."""
    unexplained: list[tuple[str, Difference]] = field(default_factory=list)

    def take(self, pair: Pair, rules: list[Rule]) -> None:
        """Count one record."""
        self.records += pair.golden is not None
        found = pair.differences()
        self.equal += not found
        for difference in found:
            rule = explain(rules, self.golden_file, difference)
            if rule is None:
                self.unexplained.append((pair.key, difference))
            else:
                self.accepted.append((rule, pair.key, difference))


@dataclass(frozen=True)
class Place:
    """Where a check may write: an empty warehouse, an empty bucket, a folder for dbt."""

    dsn: str
    s3: Any
    bucket: str
    work: Path


def compare_all(upstream: Path, golden: Path, rules: list[Rule], place: Place) -> Iterator[Outcome]:
    """Load each set of payloads after the one before, and compare with its golden files as they stand then."""
    with psycopg.connect(place.dsn, autocommit=True) as connection:
        ensure_schema(connection)
        sets = datasets(golden)
        for number, dataset in enumerate(sets):
            load(connection, dataset, upstream, place, AS_OF - timedelta(hours=len(sets) - number))
            build(place.dsn, place.work, AS_OF, "--vars", json.dumps(as_learn_does()))
            for file in dataset.golden:
                if (golden / f"{file.name}.json").is_file():
                    yield _compare(connection, file, golden, rules)


def load(connection: psycopg.Connection[Any], dataset: Dataset, upstream: Path, place: Place, at: datetime) -> None:
    """Land and load the payloads as they would have been observed at ``at``."""
    for (source_key, stream_name), payloads in dataset.payloads(upstream).items():
        source = recorded(source_key)
        run = run_key("parity", dataset.name, at)
        manifest = land_stream(
            source, find_stream(source, stream_name), Recording(payloads), place.s3, place.bucket, run, lambda: at, full=True
        )
        load_stream(connection, place.s3, place.bucket, manifest)


def _compare(connection: psycopg.Connection[Any], file: GoldenFile, golden: Path, rules: list[Rule]) -> Outcome:
    path = golden / f"{file.name}.json"
    ours = [row[0] for row in connection.execute(file.query, {"etl_source": file.etl_source, "resource_type": file.resource_type})]
    outcome = Outcome(file.name)
    golden_records = file.unfold(json.loads(path.read_bytes()))
    theirs, mine = ([in_order(each, file.unordered) for each in side] for side in (golden_records, ours))
    for pair in pair_up(theirs, mine, file.key):
        outcome.take(pair, rules)
    return outcome
