"""Compares two ways of reading the same records: MITx Online's API and its own database, as they lie in the warehouse.

python -m include.parity.ways                # exit code 1 when a record differs; needs WAREHOUSE_URL or --dsn

A member that is missing is the same as null, a number is the same however it is written, and so is a moment.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from include.warehouse.schema import raw_table

WAYS = {"mitxonline": "mitxonline_db"}
"""A source, and the one that reads the same records elsewhere."""
STREAMS = ("courses", "programs")
SHOWN = 20
LATEST = """
select record_key, payload from (
    select distinct on (record_key) record_key, payload, is_removed
    from raw.{table}
    order by record_key, observed_at desc, version_id desc
) as latest
where not is_removed
order by record_key collate "C"
"""

Row = tuple[str, Any]


@dataclass(frozen=True)
class Difference:
    """A record that one way has and the other has not, or the places at which they differ."""

    stream: str
    key: str
    what: str


def differences(connection: psycopg.Connection[Any], one: str, other: str, stream: str) -> Iterator[Difference]:
    """Every difference of a stream, in the order of keys; one record of each way is in memory."""
    with _latest(connection, one, stream) as left, _latest(connection, other, stream) as right:
        mine, theirs = next(left, None), next(right, None)
        while mine or theirs:
            if theirs is None or (mine and mine[0].encode() < theirs[0].encode()):
                yield Difference(stream, mine[0] if mine else "", f"only in {one}")
                mine = next(left, None)
            elif mine is None or theirs[0].encode() < mine[0].encode():
                yield Difference(stream, theirs[0], f"only in {other}")
                theirs = next(right, None)
            else:
                places = list(unlike(mine[1], theirs[1]))
                if places:
                    yield Difference(stream, mine[0], ", ".join(places[:5]))
                mine, theirs = next(left, None), next(right, None)


def _latest(connection: psycopg.Connection[Any], source: str, stream: str) -> psycopg.ServerCursor[Row]:
    cursor = connection.cursor(name=f"latest_{source}")
    cursor.execute(sql.SQL(LATEST).format(table=sql.Identifier(raw_table(source, stream))))
    return cursor


def unlike(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Places at which two payloads differ in what they say."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            yield from unlike(one.get(name), other.get(name), f"{place}.{name}" if place else name)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for position, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from unlike(left, right, f"{place}.{position}")
    elif one != other and (_moment(one) is None or _moment(one) != _moment(other)):
        yield place


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def main(arguments: list[str] | None = None) -> int:
    """Compare all that is read in two ways and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m include.parity.ways", description=__doc__)
    parser.add_argument("--dsn", default=os.environ.get("WAREHOUSE_URL", ""), help="the warehouse (default: WAREHOUSE_URL)")
    given = parser.parse_args(arguments)
    found = 0
    with psycopg.connect(given.dsn) as connection:
        connection.read_only = True
        for one, other in WAYS.items():
            for stream in STREAMS:
                for difference in differences(connection, one, other, stream):
                    found += 1
                    if found <= SHOWN:
                        sys.stdout.write(f"{difference.stream} {difference.key}: {difference.what}\n")
    sys.stdout.write(f"{found} records differ\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
