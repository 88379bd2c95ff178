-- Items by guid, each with its detail.

-- step: match_items
update chunk_unit as u set item_id = l.id from news_events_feeditem as l where l.guid = u.guid;

-- step: resolve_images
update incoming_item as i set image_id = w.id
from (
    select n.guid, coalesce(max(m.id) filter (where m.id = l.image_id), min(m.id)) as id
    from incoming_item as n
    join news_events_feedimage as m on (m.url, m.description, m.alt) = (n.image_url, n.image_description, n.image_alt)
    left join news_events_feeditem as l on l.guid = n.guid
    group by n.guid
) as w
where w.guid = i.guid;

-- rows: update_items
-- An item without an image keeps the one that it had (sources.md 7.0); one that another feed has now moves there.
update news_events_feeditem as l
set
    source_id = f.source_id, title = i.title, url = i.url, summary = i.summary, content = i.content,
    image_id = coalesce(i.image_id, l.image_id), updated_on = %(now)s
from incoming_item as i
join chunk_unit as u using (guid)
join incoming_feed as f on f.feed = i.feed
where l.id = u.item_id
  and (l.source_id, l.title, l.url, l.summary, l.content, l.image_id)
    is distinct from (f.source_id, i.title, i.url, i.summary, i.content, coalesce(i.image_id, l.image_id));

-- rows: insert_items
insert into news_events_feeditem (guid, title, url, summary, content, image_id, source_id, created_on, updated_on)
select i.guid, i.title, i.url, i.summary, i.content, i.image_id, f.source_id, %(now)s, %(now)s
from incoming_item as i
join chunk_unit as u using (guid)
join incoming_feed as f on f.feed = i.feed
where u.item_id is null
order by u.position;

-- step: learn_new_ids
update chunk_unit as u set item_id = l.id, is_new = true from news_events_feeditem as l where u.item_id is null and l.guid = u.guid;

-- rows: update_news_details
update news_events_feednewsdetail as d
set authors = i.authors, topics = i.topics, publish_date = i.publish_date, updated_on = %(now)s
from incoming_news_detail as i
join chunk_unit as u using (guid)
where d.feed_item_id = u.item_id and (d.authors, d.topics, d.publish_date) is distinct from (i.authors, i.topics, i.publish_date);

-- rows: insert_news_details
insert into news_events_feednewsdetail (authors, topics, publish_date, feed_item_id, created_on, updated_on)
select i.authors, i.topics, i.publish_date, u.item_id, %(now)s, %(now)s
from incoming_news_detail as i
join chunk_unit as u using (guid)
where not exists (select 1 from news_events_feednewsdetail as d where d.feed_item_id = u.item_id)
order by u.position;

-- rows: update_event_details
update news_events_feedeventdetail as d
set
    audience = i.audience, location = i.location, event_type = i.event_type, event_datetime = i.event_datetime,
    event_end_datetime = i.event_end_datetime, updated_on = %(now)s
from incoming_event_detail as i
join chunk_unit as u using (guid)
where d.feed_item_id = u.item_id
  and (d.audience, d.location, d.event_type, d.event_datetime, d.event_end_datetime)
    is distinct from (i.audience, i.location, i.event_type, i.event_datetime, i.event_end_datetime);

-- rows: insert_event_details
insert into news_events_feedeventdetail (
    audience, location, event_type, event_datetime, event_end_datetime, feed_item_id, created_on, updated_on
)
select i.audience, i.location, i.event_type, i.event_datetime, i.event_end_datetime, u.item_id, %(now)s, %(now)s
from incoming_event_detail as i
join chunk_unit as u using (guid)
where not exists (select 1 from news_events_feedeventdetail as d where d.feed_item_id = u.item_id)
order by u.position;

-- rows: forget_other_details
-- An item that came from a feed of events is news now.
delete from news_events_feedeventdetail as d
using chunk_unit as u, incoming_news_detail as i
where d.feed_item_id = u.item_id and i.guid = u.guid;

-- rows: forget_other_event_details
delete from news_events_feednewsdetail as d
using chunk_unit as u, incoming_event_detail as i
where d.feed_item_id = u.item_id and i.guid = u.guid;
