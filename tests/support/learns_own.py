"""What is Learn's own: planted before a delivery, looked at after it, and taken away again.

Two things are held against the one declaration (`include.contracts.ownership`): rows that are none of ours are the same in every column;
of those that are ours no column has changed, and no row is gone, but where the declaration says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql

from include.contracts.ownership import OWNERSHIP, TableOwnership
from include.contracts.tables import TABLES

FIRST_ID = 900_000_000
"""Ids of what is planted: given by hand, so that no sequence moves."""
RESOURCE = "learning_resources_learningresource"
PLANT = f"""
insert into users_user (id) values ({FIRST_ID});
insert into {RESOURCE} (id, readable_id, title, published, resource_type, platform_id, etl_source, professional, certification,
    certification_type, prices, completeness, delivery, license_cc, format, pace, ocw_topics, location, duration, time_commitment,
    test_mode, require_summaries, resource_category, view_count, created_on, updated_on)
select {FIRST_ID} + number, 'planted-' || number, 'Planted', number <> 3, kind, null, source, false, false, 'none', array[]::numeric[], 0.3,
    array['online'], false, array['asynchronous'], array['self_paced'], array[]::varchar[], '', '', '', number > 1, number > 1, '', 42,
    '2020-01-01', '2020-01-02'
from (values (1, 'learning_path', ''), (2, 'course', ''), (3, 'course', 'bootcamps'), (4, 'video', 'youtube')) as v (number, kind, source);
insert into learning_resources_learningresourceimage (id, url, description, alt, created_on, updated_on)
values ({FIRST_ID}, 'https://planted/', null, null, now(), now());
insert into learning_resources_learningresourceprice (id, amount, currency, created_on, updated_on)
values ({FIRST_ID}, 987.65, 'EUR', now(), now());
insert into learning_resources_learningresourcecontenttag (id, name, created_on, updated_on) values ({FIRST_ID}, 'Planted', now(), now());
insert into learning_resources_learningresourceinstructor (id, full_name, created_on, updated_on)
values ({FIRST_ID}, 'Planted Person', now(), now());
insert into learning_resources_video (id, learning_resource_id, duration, transcript, caption_urls, cover_image_url, streaming_url,
    created_on, updated_on) values ({FIRST_ID}, {FIRST_ID} + 4, 'PT1S', 'By Learn', '[]', '', '', now(), now());
insert into learning_resources_learningresource_resource_tags (id, learningresource_id, learningresourcecontenttag_id)
values ({FIRST_ID}, {FIRST_ID} + 2, {FIRST_ID});
insert into learning_resources_learningresource_resource_prices (id, learningresource_id, learningresourceprice_id)
values ({FIRST_ID}, {FIRST_ID} + 2, {FIRST_ID});
insert into learning_resources_learningpath (id, author_id, learning_resource_id, created_on, updated_on)
values ({FIRST_ID}, {FIRST_ID}, {FIRST_ID} + 1, now(), now());
insert into learning_resources_userlist (id, title, description, privacy_level, author_id, created_on, updated_on)
values ({FIRST_ID}, 'Mine', '', 'private', {FIRST_ID}, now(), now());
create temp table some_resource as
with free as (select id from {RESOURCE} order by id limit 50 for key share skip locked)
select id, row_number() over (order by id) as number from free;
insert into learning_resources_userlistrelationship (id, position, parent_id, child_id, created_on, updated_on)
select {FIRST_ID} + number, number, {FIRST_ID}, id, now(), now() from some_resource;
insert into learning_resources_learningresourcerelationship (id, position, relation_type, parent_id, child_id, created_on, updated_on)
select {FIRST_ID} + number, number, 'LEARNING_PATH_ITEMS', {FIRST_ID} + 1, id, now(), now() from some_resource;
insert into learning_resources_learningresourceviewevent (id, event_date, learning_resource_id, created_on, updated_on)
select {FIRST_ID} + number, '2020-01-03', id, now(), now() from some_resource;
insert into learning_resources_contentfile (id, key, title, content, content_type, published, flashcards, summary, learning_resource_id,
    created_on, updated_on)
select {FIRST_ID} + number, 'planted', 'Page', 'Text', 'page', true, '[{{"question": "?", "answer": "!"}}]', 'In short', id, now(), now()
from some_resource;
drop table some_resource;
"""
PLANTED = (
    "learning_resources_contentfile",
    "learning_resources_learningresourceviewevent",
    "learning_resources_learningresourcerelationship",
    "learning_resources_userlistrelationship",
    "learning_resources_userlist",
    "learning_resources_learningpath",
    "learning_resources_learningresource_resource_prices",
    "learning_resources_learningresource_resource_tags",
    "learning_resources_video",
    "learning_resources_learningresourceinstructor",
    "learning_resources_learningresourcecontenttag",
    "learning_resources_learningresourceprice",
    "learning_resources_learningresourceimage",
    RESOURCE,
    "users_user",
)


@contextmanager
def left_alone(learn: psycopg.Connection, ownership: Mapping[str, TableOwnership] = OWNERSHIP) -> Iterator[None]:
    """A block in which somebody delivers to a Learn that has all of this; an AssertionError names the first row that was not left alone.

    The block may fail: what it left alone is looked at all the same.
    """
    with learn.transaction():
        learn.execute(PLANT.encode())
    before = {table: _rows(learn, table, ownership.get(table)) for table in TABLES}
    try:
        yield
    finally:
        after = {table: _rows(learn, table, ownership.get(table)) for table in TABLES}
        with learn.transaction():
            for table in PLANTED:
                learn.execute(
                    sql.SQL("delete from {} where id >= %s and id < %s").format(sql.Identifier(table)), [FIRST_ID, FIRST_ID + 1000]
                )
        for table, rows in before.items():
            owned = ownership.get(table)
            for key, row in rows.items():
                is_planted = key.isdigit() and FIRST_ID <= int(key) < FIRST_ID + 1000
                gone = owned is not None and owned.may_delete and not is_planted and key not in after[table]
                assert gone or after[table].get(key) == row, f"{table} {key}: {row} became {after[table].get(key)}"
            if owned is None or not owned.insert_columns:
                assert after[table].keys() == rows.keys(), f"{table}: rows were added"


def _rows(learn: psycopg.Connection, table: str, owned: TableOwnership | None) -> dict[str, str]:
    """What must stay of each row, by its key: all columns of a row that was planted, else those that nobody may update."""
    key = sql.Identifier(TABLES[table].__table__.primary_key)
    query = sql.SQL(
        "select t.{key}::text, (case when t.{key}::text ~ '^9000[0-9]{{5}}$' then to_jsonb(t) else to_jsonb(t) - %s::text[] end)::text"
        " from {table} as t"
    ).format(key=key, table=sql.Identifier(table))
    return dict(learn.execute(query, [list(owned.update_columns) if owned else []]).fetchall())
