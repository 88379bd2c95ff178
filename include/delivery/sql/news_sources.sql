-- Questions about the feeds.

-- step: known_sources
select feed from incoming_feed;

-- step: leaving_per_source
-- A feed of which no item is left is held back, as Learn does: it removes only when at least one item came (sources.md 7.0).
select
    f.feed,
    (select count(*) from planned_unit as p where p.etl_source = f.feed and p.leaving and not p.decided) as leaving,
    (select count(*) from news_events_feeditem as l where l.source_id = f.source_id) as published,
    (select count(*) from incoming_unit as i where i.etl_source = f.feed) as present
from incoming_feed as f
order by f.feed;

-- step: changed_feeds
-- Feeds that Learn lacks, or shows otherwise. An image that is not given leaves the one that is there.
select f.feed
from incoming_feed as f
left join news_events_feedsource as s on s.id = f.source_id
left join news_events_feedimage as m on m.id = s.image_id
where (s.title, s.description) is distinct from (f.title, f.description)
  or (f.image_url is not null and (m.url, m.description, m.alt) is distinct from (f.image_url, f.image_description, f.image_alt))
order by f.feed;
