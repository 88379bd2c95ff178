-- Compare the items of the marts with those that were delivered, and with those that Learn shows of the same feeds.

-- step: match_feeds
-- Learn knows a feed by its type and url; nothing there makes them unique, so the oldest row is the one.
update incoming_feed as i set source_id = s.id
from (select feed_type, url, min(id) as id from news_events_feedsource group by feed_type, url) as s
where s.feed_type = i.feed_type and s.url = i.url;

-- step: planned_unit
-- An item leaves when Learn shows it and its feed has it no more (sources.md 7.0); one that is over leaves by the clock, which is no
-- news to anybody and does not count for the guard. An item that Learn's application made after the feed was read stays: it publishes
-- its own articles at once.
create temp table planned_unit as
select i.resource_key, i.etl_source, 1 as phase, false as leaving, false as held, false as decided
from incoming_unit as i
left join delivered_feed_item as d on d.guid = i.resource_key
where d.unit_hash is distinct from i.unit_hash
union all
select l.guid, f.feed, 2, coalesce(e.event_end_datetime, e.event_datetime) >= %(now)s is not false, false, false
from news_events_feeditem as l
join incoming_feed as f on f.source_id = l.source_id
join feed_read as r on r.feed = f.feed
left join delivered_feed_item as d on d.guid = l.guid
left join news_events_feedeventdetail as e on e.feed_item_id = l.id
where not exists (select 1 from incoming_unit as i where i.resource_key = l.guid)
  and (d.guid is not null or l.created_on <= r.read_at);

-- step: planned_unit_key
alter table planned_unit add primary key (resource_key);
