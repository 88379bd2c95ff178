"""A CSV body is whole, or it is an error: never a shorter list."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from include.errors import IncompletePage, PipelineError, SchemaDrift, UpstreamUnavailable
from include.sources.csv_body import check_csv

cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=8)
tables = st.lists(st.tuples(cells, cells, cells.map(lambda text: f"{text}!")), min_size=1, max_size=8)


def as_csv(rows: list[tuple[str, str, str]], quoting: int = csv.QUOTE_ALL) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=quoting).writerows([("a", "b", "c"), *rows])
    return text.getvalue().removesuffix("\r\n").encode()


@given(rows=tables, quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_what_a_writer_wrote_is_whole(rows: list[tuple[str, str, str]], quoting: int) -> None:
    check_csv(as_csv(rows, quoting), ["c", "a"])


@given(rows=tables, data=st.data())
def test_a_table_cut_within_a_row_is_refused(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    body = as_csv(rows)
    kept = len(as_csv(rows[:-1])) + len(b"\r\n")
    cut = body[: data.draw(st.integers(kept + 1, len(body) - 1))]
    # A cut behind the last comma, or behind a quote in the last cell, leaves a table that looks whole: only Content-Length tells.
    assume(not cut.endswith((b",", b'"')))
    with pytest.raises(IncompletePage) as caught:
        check_csv(cut, ["a"])
    assert caught.value.what_to_do


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", IncompletePage),
        (b" \r\n", IncompletePage),
        (b"a,b\r\n1,2\r\n3", IncompletePage),
        (b"a,b\r\n1,2,3\r\n", IncompletePage),
        (b'a,b\r\n1,"2', IncompletePage),
        (b"a,b\r\n1,\xc3", IncompletePage),
        (b"a,c\r\n1,2\r\n", SchemaDrift),
        (b"1,2\r\n3,4\r\n", SchemaDrift),
        (b"<!DOCTYPE html><html>", UpstreamUnavailable),
    ],
    ids=["empty", "blank", "few cells", "many cells", "open quote", "half a letter", "another column", "no header", "web page"],
)
def test_what_is_no_whole_table_has_its_type(body: bytes, error: type[PipelineError]) -> None:
    with pytest.raises(error):
        check_csv(body, ["a", "b"])


def test_a_byte_order_mark_and_empty_lines_do_no_harm() -> None:
    check_csv(b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n", ["a"])
