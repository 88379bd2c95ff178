-- The items of a chunk, before and after they are written.

-- step: take_chunk
insert into chunk_unit (guid, feed, unit_hash, position)
select i.resource_key, i.etl_source, i.unit_hash, k.position
from unnest(%(keys)s::text[]) with ordinality as k (guid, position)
join incoming_unit as i on i.resource_key = k.guid;

-- step: record_items
insert into delivered_feed_item (guid, feed, unit_hash, item_id, delivered_at, run_key)
select u.guid, u.feed, u.unit_hash, u.item_id, %(now)s, %(run_key)s
from chunk_unit as u
order by u.position
on conflict (guid) do update set
    feed = excluded.feed, unit_hash = excluded.unit_hash, item_id = excluded.item_id, delivered_at = excluded.delivered_at,
    run_key = excluded.run_key;

-- step: chunk_counts
select count(*) filter (where u.is_new) as inserted, count(*) filter (where not u.is_new) as updated from chunk_unit as u;
