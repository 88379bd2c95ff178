"""The SQL files of this folder, cut into named statements.

A file holds statements headed by ``-- <kind>: <name>``. ``step`` prepares or records; ``rows`` writes Learn's tables and its row
count is counted; ``count`` writes Learn's tables and answers with the number of rows it wrote; ``expression`` is a part of statements,
which have its name in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from psycopg import Connection, sql
from psycopg.rows import TupleRow

FOLDER = Path(__file__).parent / "sql"
HEADING = re.compile(r"^-- (step|rows|count|expression): (\w+)$", re.MULTILINE)

Parameters = Mapping[str, Any]
Names = Mapping[str, sql.Composable]
Link = Connection[TupleRow]


@dataclass(frozen=True)
class Statement:
    """One statement of a file; ``text`` may hold ``{names}`` for ``psycopg.sql``."""

    kind: str
    name: str
    text: str

    def compose(self, names: Names) -> sql.Composed:
        """The statement with its names filled in."""
        return sql.SQL(self.text).format(**names)


@cache
def read(file: str) -> tuple[Statement, ...]:
    """The statements of ``sql/<file>.sql`` in order."""
    pieces = HEADING.split((FOLDER / f"{file}.sql").read_text(encoding="utf-8"))
    triples = zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)
    return tuple(Statement(kind, name, body.strip().removesuffix(";")) for kind, name, body in triples)


def find(file: str, name: str) -> Statement:
    """One statement of a file."""
    return next(statement for statement in read(file) if statement.name == name)


def run(connection: Link, statements: Iterable[Statement], parameters: Parameters, names: Names) -> int:
    """Execute the statements in order; returns how many rows of Learn's tables they wrote."""
    written = 0
    for statement in statements:
        cursor = connection.execute(statement.compose(names), parameters)
        if statement.kind == "rows":
            written += cursor.rowcount
        elif statement.kind == "count":
            written += cast(tuple[int], cursor.fetchone())[0]
    return written


def columns(names: Iterable[str], alias: str = "") -> sql.Composed:
    """A comma-separated list of identifiers, each behind ``alias`` when there is one."""
    return sql.SQL(", ").join(sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in names)
