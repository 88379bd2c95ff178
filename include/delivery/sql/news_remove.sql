-- Items that left. Learn deletes them, and so do we (sources.md 7.0): nothing of Learn refers to an item but its detail.

-- step: take_chunk
insert into chunk_unit (guid, feed, unit_hash, position, item_id)
select k.guid, %(source)s, '', k.position, l.id
from unnest(%(keys)s::text[]) with ordinality as k (guid, position)
join news_events_feeditem as l on l.guid = k.guid;

-- rows: delete_news_details
delete from news_events_feednewsdetail as d using chunk_unit as u where d.feed_item_id = u.item_id;

-- rows: delete_event_details
delete from news_events_feedeventdetail as d using chunk_unit as u where d.feed_item_id = u.item_id;

-- rows: delete_items
delete from news_events_feeditem as l using chunk_unit as u where l.id = u.item_id;

-- step: forget_items
delete from delivered_feed_item as d using chunk_unit as u where d.guid = u.guid;

-- step: release_held
update held_removal as h set released_at = %(now)s
from chunk_unit as u
where h.resource_key = u.guid and h.released_at is null and h.returned_at is null;
