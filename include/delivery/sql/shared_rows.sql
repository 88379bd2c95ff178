-- Rows that many resources share: images, prices, tags and instructors. Get-or-create by value (target_model.md 1.7);
-- images and prices have no unique constraint, so the oldest equal row is the one. Which rows we made is remembered: only those are ours
-- to delete, when nobody refers to them any more (sweep.sql).

-- step: find_images
-- Learn has no index on their address: all images are gone through, so it is done once for resources and runs together.
insert into incoming_image (url, description, alt, id)
select w.url, w.description, w.alt, min(m.id)
from (
    select image_url as url, image_description as description, image_alt as alt from incoming_resource
    union
    select image_url, image_description, image_alt from incoming_run
) as w
left join learning_resources_learningresourceimage as m
    on m.url = w.url and m.description is not distinct from w.description and m.alt is not distinct from w.alt
where w.url is not null
group by w.url, w.description, w.alt;

-- count: insert_images
with made as (
    insert into learning_resources_learningresourceimage (created_on, updated_on, url, description, alt)
    select %(now)s, %(now)s, w.url, w.description, w.alt
    from incoming_image as w
    where w.id is null
    order by w.url, w.description, w.alt
    returning id, url, description, alt
),
remembered as (
    insert into made_row (kind, row_id, made_at, run_key)
    select 'image', id, %(now)s, %(run_key)s from made
),
told as (
    update incoming_image as w set id = m.id
    from made as m
    where m.url = w.url and m.description is not distinct from w.description and m.alt is not distinct from w.alt
)
select count(*) from made;

-- count: insert_prices
with made as (
    insert into learning_resources_learningresourceprice (created_on, updated_on, amount, currency)
    select %(now)s, %(now)s, w.amount, w.currency
    from (select amount, currency from incoming_price union select amount, currency from incoming_run_price) as w
    where not exists (
        select 1 from learning_resources_learningresourceprice as p where p.amount = w.amount and p.currency = w.currency
    )
    order by w.currency, w.amount
    returning id
),
remembered as (
    insert into made_row (kind, row_id, made_at, run_key)
    select 'price', id, %(now)s, %(run_key)s from made
)
select count(*) from made;

-- count: insert_tags
with made as (
    insert into learning_resources_learningresourcecontenttag (created_on, updated_on, name)
    select distinct %(now)s::timestamptz, %(now)s::timestamptz, w.tag_name
    from incoming_tag as w
    where not exists (select 1 from learning_resources_learningresourcecontenttag as t where t.name = w.tag_name)
    order by w.tag_name
    returning id
),
remembered as (
    insert into made_row (kind, row_id, made_at, run_key)
    select 'contenttag', id, %(now)s, %(run_key)s from made
)
select count(*) from made;

-- rows: update_instructors
-- First and last names change only to something: a source that knows the full name alone does not wipe them. When units
-- disagree, the last one in delivery order counts, whatever the chunk size.
with told as (
    select
        n.full_name,
        (array_agg(n.first_name order by u.position desc, n.run_id desc, n.position desc) filter (where n.first_name <> ''))[1] as first_name,
        (array_agg(n.last_name order by u.position desc, n.run_id desc, n.position desc) filter (where n.last_name <> ''))[1] as last_name
    from incoming_instructor as n
    join chunk_unit as u using (resource_key)
    group by n.full_name
),
changed as (
    update learning_resources_learningresourceinstructor as s
    set first_name = coalesce(t.first_name, s.first_name), last_name = coalesce(t.last_name, s.last_name), updated_on = %(now)s
    from told as t
    where s.full_name = t.full_name
      and (s.first_name, s.last_name) is distinct from (coalesce(t.first_name, s.first_name), coalesce(t.last_name, s.last_name))
    returning s.id
)
insert into changed_instructor (id) select id from changed;

-- count: insert_instructors
with made as (
    insert into learning_resources_learningresourceinstructor (created_on, updated_on, full_name, first_name, last_name)
    select
        %(now)s, %(now)s, n.full_name,
        (array_agg(n.first_name order by u.position desc, n.run_id desc, n.position desc) filter (where n.first_name <> ''))[1],
        (array_agg(n.last_name order by u.position desc, n.run_id desc, n.position desc) filter (where n.last_name <> ''))[1]
    from incoming_instructor as n
    join chunk_unit as u using (resource_key)
    where not exists (select 1 from learning_resources_learningresourceinstructor as s where s.full_name = n.full_name)
    group by n.full_name
    order by n.full_name
    returning id
),
remembered as (
    insert into made_row (kind, row_id, made_at, run_key)
    select 'instructor', id, %(now)s, %(run_key)s from made
)
select count(*) from made;
