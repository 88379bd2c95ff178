-- Images, shared by all rows with the same values; the oldest equal row is the one.

-- count: insert_images
-- Which ones we made is remembered: only those are ours to delete.
with wanted as (
    select image_url as url, image_description as description, image_alt as alt from incoming_item
    union
    select image_url, image_description, image_alt from incoming_feed where feed = %(source)s
),
made as (
    insert into news_events_feedimage (created_on, updated_on, url, description, alt)
    select %(now)s, %(now)s, w.url, w.description, w.alt
    from wanted as w
    where w.url is not null and not exists (
        select 1 from news_events_feedimage as m where (m.url, m.description, m.alt) = (w.url, w.description, w.alt)
    )
    order by w.url, w.description, w.alt
    returning id
),
remembered as (
    insert into made_feed_image (image_id, made_at, run_key) select id, %(now)s, %(run_key)s from made
)
select count(*) from made;
