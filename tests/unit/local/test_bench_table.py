"""The page of the benchmark keeps what an earlier run measured."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.report import BEGIN, END, Measure, read_table, write_table

words = st.text("abc, 0123>=<%.", min_size=1).map(str.strip).filter(lambda text: text not in ("", "-"))
measures = st.builds(
    Measure,
    value=st.integers(0, 10**6) | st.floats(0, 1e6).map(lambda number: round(number, 3)),
    unit=st.sampled_from(["s", "MiB", "units/s"]),
    against=words | st.just(""),
    ratio=st.none() | st.floats(0, 100).map(lambda number: round(number, 3)),
    aim=words | st.just(""),
    taken=st.dates().map(str),
)


@given(st.dictionaries(words, measures))
def test_the_table_is_read_as_it_was_written(taken: dict[str, Measure]) -> None:
    with TemporaryDirectory() as folder:
        page = Path(folder) / "performance.md"
        page.write_text(f"# Before\n{BEGIN}\nold\n{END}\nAfter\n")
        write_table(page, taken, "a machine")
        assert read_table(page) == taken
        assert page.read_text().startswith("# Before\n")
        assert page.read_text().endswith(f"{END}\nAfter\n")
