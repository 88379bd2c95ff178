"""Shared rows that nobody refers to any more: ours are deleted, others never."""

from __future__ import annotations

import pytest

from include.delivery.sweep import SHARED, references
from tests.support.digest import row_versions
from tests.support.marts import Run, Unit

OWN = ("https://img/own.png", None, "own")
RICH = Unit(
    "A",
    image=OWN,
    tags=("Rare",),
    prices=("7.00",),
    runs=(Run("r1", prices=("8.00",), instructors=(("Ada Lovelace", "", ""),), image=OWN),),
)
BARE = RICH.but(image=None, tags=(), prices=(), runs=(Run("r1", prices=(), instructors=()),))
COUNTS = "select count(*) from learning_resources_learningresource{}"
NOTHING = dict.fromkeys(SHARED, 0)


def counts(world) -> list[int]:
    return [world.one(COUNTS.format(table)) for table in ("image", "price", "contenttag", "instructor")]


def test_what_nobody_shows_any_more_is_deleted(world):
    world.marts.put(RICH, Unit("B"))
    world.deliver()
    assert world.sweep() == NOTHING
    world.marts.put(BARE)
    world.deliver()
    assert counts(world) == [2, 3, 1, 1]
    assert list(world.sweep().values()) == [1, 2, 1, 1]
    assert counts(world) == [1, 1, 0, 0]
    assert world.one("select count(*) from pipelines.made_row") == 2
    before = row_versions(world.learn)
    assert world.sweep() == NOTHING
    assert row_versions(world.learn) == before


def test_a_row_that_somebody_else_made_stays_though_only_we_used_it(world):
    world.learn.execute(
        "insert into learning_resources_learningresourceimage (url, description, alt, created_on, updated_on)"
        " values ('https://img/own.png', null, 'own', now(), now());"
        "insert into learning_resources_learningresourcecontenttag (name, created_on, updated_on) values ('Rare', now(), now());"
        "insert into learning_resources_learningresourceprice (amount, currency, created_on, updated_on) values (7, 'USD', now(), now());"
        "insert into learning_resources_learningresourceinstructor (full_name, created_on, updated_on)"
        " values ('Ada Lovelace', now(), now())"
    )
    world.marts.put(RICH)
    world.deliver()
    world.marts.put(BARE)
    world.deliver()
    assert list(world.sweep().values()) == [0, 1, 0, 0], "the price of the run was ours"


def test_a_row_that_somebody_of_learn_took_up_stays(world):
    world.marts.put(RICH, Unit("B"))
    world.deliver()
    tag = world.one("select id from learning_resources_learningresourcecontenttag")
    world.learn.execute(
        "insert into learning_resources_contentfile (key, content_type, published, flashcards, summary, learning_resource_id, created_on,"
        " updated_on) select 'k', 'page', true, '[]', '', min(id), now(), now() from learning_resources_learningresource"
    )
    world.learn.execute(
        "insert into learning_resources_contentfile_content_tags (contentfile_id, learningresourcecontenttag_id)"
        " select id, %s from learning_resources_contentfile",
        [tag],
    )
    world.marts.put(BARE)
    world.deliver()
    assert world.sweep()["contenttag"] == 0
    assert world.column("select id from learning_resources_learningresourcecontenttag") == [tag]


@pytest.mark.parametrize("table", SHARED.values())
def test_everybody_who_may_refer_to_a_row_is_asked(world, table):
    """The contract's foreign keys are the real ones."""
    found = world.learn.execute(
        "select c.conrelid::regclass::text, a.attname from pg_constraint c"
        " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] where c.contype = 'f' and c.confrelid = %s::regclass",
        [table],
    ).fetchall()
    assert set(references(table)) == set(found)
    assert found
