"""The SQL files read as named statements, and agree with what the code asks for."""

from __future__ import annotations

import re

import pytest

from include.contracts.ownership import OWNERSHIP, VIEWS_OWNERSHIP
from include.delivery import statements
from include.delivery.links import LINKS

FILES = sorted(path.stem for path in statements.FOLDER.glob("*.sql"))
WRITES = re.compile(r"(insert into|update|delete from)\s+(learning_resources_\w+)(?:\s+as\s+\w+)?\s*(?:\(([^)]*)\))?", re.IGNORECASE)


@pytest.mark.parametrize("file", FILES)
def test_a_file_holds_single_named_statements(file):
    found = statements.read(file)
    assert found
    assert len({statement.name for statement in found}) == len(found)
    for statement in found:
        assert ";" not in re.sub(r"--.*", "", statement.text), statement.name


def test_only_owned_tables_are_written_and_deletes_are_allowed():
    for file in FILES:
        for statement in statements.read(file):
            for verb, table, _columns in WRITES.findall(statement.text):
                owned = VIEWS_OWNERSHIP if file == "views" else OWNERSHIP
                assert table in owned, (file, statement.name)
                assert verb.lower() != "delete from" or owned[table].may_delete, (file, statement.name)


def test_every_link_table_may_be_replaced():
    assert {link.name for link in LINKS} == {statement.name for statement in statements.read("wanted_links")}
    for link in LINKS:
        assert OWNERSHIP[link.table].may_delete
        assert {link.left, link.right} <= set(OWNERSHIP[link.table].insert_columns)
