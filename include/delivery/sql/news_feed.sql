-- One feed of news or events.

-- step: resolve_image
update incoming_feed as i set image_id = m.id
from (select url, description, alt, min(id) as id from news_events_feedimage group by url, description, alt) as m
where i.feed = %(source)s and (m.url, m.description, m.alt) = (i.image_url, i.image_description, i.image_alt);

-- rows: update_feed
update news_events_feedsource as s
set title = i.title, description = i.description, image_id = coalesce(i.image_id, s.image_id), updated_on = %(now)s
from incoming_feed as i
where i.feed = %(source)s and s.id = i.source_id
  and (s.title, s.description, s.image_id) is distinct from (i.title, i.description, coalesce(i.image_id, s.image_id));

-- rows: insert_feed
insert into news_events_feedsource (title, url, description, feed_type, image_id, created_on, updated_on)
select i.title, i.url, i.description, i.feed_type, i.image_id, %(now)s, %(now)s
from incoming_feed as i
where i.feed = %(source)s and i.source_id is null;

-- step: learn_new_id
update incoming_feed as i set source_id = s.id
from news_events_feedsource as s
where i.feed = %(source)s and i.source_id is null and s.feed_type = i.feed_type and s.url = i.url;
