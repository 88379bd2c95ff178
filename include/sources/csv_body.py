"""Whether a CSV body is whole: a cut one would be read as a shorter list, and nothing in it would say so.

A cut between two rows, or behind the last comma of one, leaves a table that looks whole: for that there is Content-Length, which the
transport holds the answer to.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from include.errors import IncompletePage, SchemaDrift, UpstreamUnavailable

READ_AGAIN = "Nothing at first: nothing of this read is believed, and the task reads again. If it stays, open the URL and look."
BYTE_ORDER_MARK = "utf-8-sig"


def check_csv(body: bytes, columns: Iterable[str]) -> None:
    """Check a table with a header line, all of whose rows are as wide as it.

    :param columns: those that the source reads; the table may have more.
    :raises IncompletePage: the body is empty, or ends within a row or a quoted cell, or a row has more or fewer cells than the header.
    :raises UpstreamUnavailable: it is a web page: a maintenance notice, or the log-in of a sheet that is not public.
    :raises SchemaDrift: a column is missing.
    """
    if not body.strip():
        raise _incomplete("The upstream answered 200 with an empty body")
    if body.lstrip()[:1] == b"<":
        raise UpstreamUnavailable(
            "The body is not CSV but a web page",
            sample=body[:300].decode("utf-8", "replace"),
            what_to_do="Open the URL: a maintenance page goes by itself, a sheet that asks for a log-in has to be made public again.",
        )
    rows = _rows(body)
    header = next(rows, [])
    missing = sorted(set(columns) - set(header))
    if missing:
        raise SchemaDrift(
            f"The table has no column {', '.join(map(repr, missing))}",
            sample=", ".join(map(repr, header))[:300],
            what_to_do="Compare the header with the manifest of this source: a column was renamed or removed, or the header line is gone.",
        )
    for number, row in enumerate(rows, start=2):
        if row and len(row) != len(header):
            raise _incomplete(f"Row {number} has {len(row)} cells, the header has {len(header)}", ", ".join(row))


def _rows(body: bytes) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(body.decode(BYTE_ORDER_MARK), newline=""), strict=True)
    except (csv.Error, UnicodeDecodeError) as error:
        raise _incomplete(f"The table cannot be read to its end: {error}", body[-300:].decode("utf-8", "replace")) from error


def _incomplete(message: str, sample: str = "") -> IncompletePage:
    return IncompletePage(message, sample=sample[:300], what_to_do=READ_AGAIN)
