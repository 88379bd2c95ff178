-- What no row shows any more, of what we made.

-- count: sweep_images
-- Learn deletes every image without a user, also those that another loader has just made and not attached yet; we only our own.
with unused as (
    delete from made_feed_image as p
    where not exists (select 1 from news_events_feeditem as l where l.image_id = p.image_id)
      and not exists (select 1 from news_events_feedsource as s where s.image_id = p.image_id)
    returning p.image_id
),
swept as (
    delete from news_events_feedimage as m using unused as u where m.id = u.image_id returning m.id
)
select count(*) from swept;

-- step: forget_gone
-- Items that Learn's own application deleted: it withdraws its articles itself.
delete from delivered_feed_item as d
where not exists (select 1 from incoming_unit as i where i.resource_key = d.guid)
  and not exists (select 1 from news_events_feeditem as l where l.guid = d.guid)
  and d.feed in (select f.feed from incoming_feed as f);
