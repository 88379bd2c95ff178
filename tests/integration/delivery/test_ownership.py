"""What belongs to Learn is not written, and could not be."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from include.contracts.ownership import grants_sql
from include.delivery import Modes
from tests.support.digest import learn_digest
from tests.support.learns_own import left_alone
from tests.support.marts import EVERYTHING, Run, Unit

ALL = Unit("A", runs=(Run("r1", instructors=(("Ada Lovelace", "Ada", "Lovelace"),)),), tags=("Videos",))
PROGRAM = Unit("P", resource_type="program", children=(("course", "A"),))
FOREIGN = """
insert into users_user (id) values (1);
insert into learning_resources_learningresource (readable_id, title, published, resource_type, platform_id, etl_source, professional,
    certification, certification_type, prices, completeness, delivery, license_cc, format, pace, ocw_topics, location, duration,
    time_commitment, test_mode, require_summaries, resource_category, created_on, updated_on)
select readable, readable, true, kind, null, source, false, false, 'none', array[]::numeric[], 1, array['online'], false,
    array['asynchronous'], array['self_paced'], array[]::varchar[], '', '', '', false, false, '', now(), now()
from (values ('0123abcd', 'learning_path', ''), ('video-1', 'video', 'youtube'), ('old-1', 'course', 'oll')) as v (readable, kind, source);
insert into learning_resources_learningpath (author_id, learning_resource_id, created_on, updated_on)
select 1, id, now(), now() from learning_resources_learningresource where resource_type = 'learning_path';
insert into learning_resources_userlist (title, description, privacy_level, author_id, created_on, updated_on)
values ('Mine', '', 'private', 1, now(), now());
insert into learning_resources_userlistrelationship (position, parent_id, child_id, created_on, updated_on)
select 0, (select id from learning_resources_userlist), id, now(), now() from learning_resources_learningresource where readable_id = 'A';
insert into learning_resources_learningresourcerelationship (position, relation_type, parent_id, child_id, created_on, updated_on)
select 0, 'LEARNING_PATH_ITEMS', p.id, c.id, now(), now() from learning_resources_learningresource p, learning_resources_learningresource c
where p.readable_id = '0123abcd' and c.readable_id = 'A';
update learning_resources_learningresource set view_count = 42, completeness = 0.75, require_summaries = true where readable_id = 'A';
update learning_resources_learningresourcerun set checksum = 'abc', archive_key = 'courses/a.tar.gz';
"""
LEARNS_OWN = """
select jsonb_agg(to_jsonb(x) order by x::text) from (
    select id::text, view_count::text, completeness::text, test_mode::text, require_summaries::text, created_on::text
    from learning_resources_learningresource
    union all select id::text, checksum, archive_key, created_on::text, null, null from learning_resources_learningresourcerun
    union all select to_jsonb(r)::text, null, null, null, null, null from learning_resources_learningresource r
        where etl_source not in ('xpro', 'ocw', 'mitxonline')
    union all select to_jsonb(l)::text, null, null, null, null, null from learning_resources_learningresourcerelationship l
        where relation_type = 'LEARNING_PATH_ITEMS'
) as x
"""


def test_foreign_rows_and_columns_are_untouched(world):
    world.marts.put(ALL, PROGRAM, Unit("B"))
    world.deliver()
    world.learn.execute(FOREIGN)
    own = world.one(LEARNS_OWN)
    users = {
        table: digest for table, digest in learn_digest(world.learn, times=True, ids=True).items() if "userlist" in table or "path" in table
    }
    world.marts.put(ALL.titled("New").but(runs=(Run("r1", values={"title": "New"}),), topics=()), PROGRAM.but(children=(("course", "B"),)))
    world.deliver()
    world.marts.remove(ALL)
    world.deliver()
    assert world.one(LEARNS_OWN) == own
    after = learn_digest(world.learn, times=True, ids=True)
    assert {table: after[table] for table in users} == users
    assert len(users) >= 4


@pytest.fixture
def restricted(world) -> str:
    """A role with the rights that the contract gives to deliveries, and no others."""
    role = f"f_delivery_{world.one('select current_database()')[-8:]}"
    name = sql.Identifier(role)
    world.learn.execute(sql.SQL("create role {} login password {}").format(name, sql.Literal(role)))
    world.learn.execute("drop schema pipelines cascade; revoke all on schema public from public")
    world.learn.execute("drop schema if exists pipelines_shadow cascade")
    for schema in ("pipelines", "pipelines_shadow"):
        world.learn.execute(sql.SQL("create schema {} authorization {}").format(sql.Identifier(schema), name))
    world.learn.execute(grants_sql(role))
    yield role
    world.learn.execute(sql.SQL("drop owned by {} cascade").format(name))
    world.learn.execute(sql.SQL("drop role {}").format(name))


def test_the_declared_rights_are_enough(world, restricted):
    """First load, changes of everything, removal and the taxonomy, all as the restricted role."""
    world.deliver_reference(user=restricted)
    world.marts.put(ALL, PROGRAM, Unit("O", source="ocw", platform="ocw", values={"url": "https://ocw.mit.edu/x/"}))
    world.deliver(user=restricted)
    world.marts.drop("ocw|course|O")
    world.marts.put(
        ALL.titled("New").but(
            runs=(Run("r2", prices=(), instructors=(("Ada Lovelace", "A.", ""),)),),
            provided=(*EVERYTHING, "completeness"),
            topics=(),
            departments=(),
            tags=(),
            prices=(),
            image=None,
            force_ingest=True,
        ),
        PROGRAM.but(children=()),
        Unit("O2", source="ocw", platform="ocw", values={"url": "https://ocw.mit.edu/x/"}),
    )
    world.deliver(user=restricted)
    world.marts.remove(ALL)
    world.marts.connection.execute("delete from reference.topic_mappings where topic_name = 'Power'")
    for table in ("topics", "platforms", "offerors", "departments", "schools"):
        world.marts.connection.execute(f"update reference.{table} set name = name || '!'")
    world.marts.connection.execute("update reference.topics set parent_name = parent_name || '!'")
    world.marts.connection.execute("update reference.topic_mappings set mapped_to = mapped_to || '!'")
    assert world.deliver_reference(user=restricted)["mappings"].deleted == 1
    assert world.dry_run(user=restricted) == ["xpro: 1 removed"]
    assert world.deliver(user=restricted)["xpro"].unpublished == 1
    assert world.sweep(user=restricted)["instructor"] == 0
    assert world.deliver_shadow(Modes("shadow"), user=restricted)["xpro"].missing == 0


FIRST = "(select min(id) from learning_resources_learningresource)"


@pytest.mark.parametrize(
    "statement",
    [
        f"update learning_resources_learningresource set view_count = 1 where id = {FIRST}",
        f"update learning_resources_learningresource set created_on = now() where id = {FIRST}",
        f"update learning_resources_learningresource set platform_id = 'ocw' where id = {FIRST}",
        "update learning_resources_learningresourcerun set checksum = 'x'",
        "update learning_resources_video set transcript = ''",
        "update learning_resources_learningresource set title = 'x' where etl_source = 'youtube'",
        "update learning_resources_learningresource set published = false where resource_type = 'learning_path'",
        "delete from learning_resources_learningresourcerelationship",
        "delete from learning_resources_learningresource_resource_tags",
        "update learning_resources_contentfile set summary = ''",
        "update learning_resources_contentfile set flashcards = '[]'",
        "delete from learning_resources_userlistrelationship",
        "update learning_resources_userlist set title = ''",
        "delete from learning_resources_learningresourceviewevent",
        "insert into learning_resources_learningresourceviewevent (event_date, learning_resource_id, created_on, updated_on)"
        f" values (now(), {FIRST}, now(), now())",
    ],
)
def test_the_watch_over_what_is_learns_own_is_awake(world, statement):
    """Every delivery of these tests runs in `left_alone`; this is what it would say of a delivery that did such a thing."""
    world.marts.put(ALL, PROGRAM)
    world.deliver()
    with psycopg.connect(world.learn_dsn, autocommit=True) as delivery, pytest.raises(AssertionError), left_alone(world.learn):
        delivery.execute(statement)


def test_the_watch_leaves_nothing_behind(world):
    world.marts.put(ALL, PROGRAM)
    world.deliver()
    before = learn_digest(world.learn, times=True, ids=True)
    with left_alone(world.learn):
        assert learn_digest(world.learn, times=True, ids=True) != before
    assert learn_digest(world.learn, times=True, ids=True) == before
