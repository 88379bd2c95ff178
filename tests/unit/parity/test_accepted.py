"""The table of accepted differences is the only thing that can explain one."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.parity.accepted import explain, read_rules
from include.parity.compare import ABSENT, Difference

HEADER = "## Accepted differences\n\n| id | golden file | path | golden | ours | reason |\n| --- | --- | --- | --- | --- | --- |\n"


def document(tmp_path: Path, rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "parity.md"
    path.write_text(f"# Parity\n\n{header}{rows}\n## Next section\n\n| id | golden file | path | golden | ours | reason |\n")
    return path


def test_the_repositorys_own_table_can_be_read() -> None:
    rules = read_rules()
    assert all(rule.reason and rule.id for rule in rules)
    unknown_platform = Difference("(record)", {"readable_id": "x", "platform": None}, ABSENT)
    assert explain(rules, "xpro_courses", unknown_platform)
    assert explain(rules, "xpro_courses", Difference("(record)", {"readable_id": "x", "platform": "xpro"}, ABSENT)) is None
    assert explain(rules, "ocw_courses", unknown_platform) is None


def test_a_row_explains_only_what_it_says(tmp_path: Path) -> None:
    rules = read_rules(
        document(tmp_path, '| D1 | `ocw_*` | `image.url` | `null` | `absent` | why |\n| D2 | `*` | `title` | anything | `"T"` | why |\n')
    )
    assert explain(rules, "ocw_courses", Difference("image.url", None, ABSENT)) == "D1"
    assert explain(rules, "xpro_courses", Difference("image.url", None, ABSENT)) is None
    assert explain(rules, "ocw_courses", Difference("image.url", "x", ABSENT)) is None
    assert explain(rules, "ocw_courses", Difference("title", "old", "T")) == "D2"
    assert explain(rules, "ocw_courses", Difference("title", "old", "t")) is None


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ("| D1 | `*` | `a` | `1` | `2` | why |\n", "## Something else\n"),
        ("| D1 | `*` | `a` |\n", HEADER.replace(" reason |", "")),
        ("| D1 | `*` | `a` | `1` | `2` | why |\n| D1 | `*` | `b` | `1` | `2` | why |\n", HEADER),
        ("| D1 | `*` | `a` | not json | `2` | why |\n", HEADER),
    ],
)
def test_a_table_that_is_not_understood_accepts_nothing(tmp_path: Path, rows: str, header: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        read_rules(document(tmp_path, rows, header))
