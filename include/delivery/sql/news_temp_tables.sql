-- Session tables that receive the marts of news and events. Types are Learn's own, so that a value too long fails before any write.

-- step: incoming_unit
create temp table incoming_unit (resource_key text primary key, etl_source text not null, unit_hash text not null);

-- step: feed_read
-- When each feed was last read; what Learn's application made itself since then is not judged by that reading.
create temp table feed_read (feed text primary key, read_at timestamptz not null);

-- step: incoming_feed
create temp table incoming_feed as
select
    null::text as feed, title, url, description, feed_type, image_id, null::text as image_url, null::text as image_description,
    null::text as image_alt, null::integer as source_id
from news_events_feedsource
where false;

-- step: chunk_unit
create temp table chunk_unit (
    guid text primary key, feed text not null, unit_hash text not null, position integer not null, item_id integer,
    is_new boolean not null default false
) on commit delete rows;

-- step: incoming_item
create temp table incoming_item on commit delete rows as
select
    guid, title, url, summary, content, image_id, null::text as image_url, null::text as image_description, null::text as image_alt,
    null::text as feed, null::text as unit_hash
from news_events_feeditem
where false;

-- step: incoming_news_detail
create temp table incoming_news_detail on commit delete rows as
select null::text as guid, authors, topics, publish_date from news_events_feednewsdetail where false;

-- step: incoming_event_detail
create temp table incoming_event_detail on commit delete rows as
select null::text as guid, audience, location, event_type, event_datetime, event_end_datetime
from news_events_feedeventdetail
where false;
