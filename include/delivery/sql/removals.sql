-- What a person is asked about removals that the guard held back, and what they answered.

-- step: unasked
-- Sources with removals that nobody decided about and no question shows; `latest` tells one set from the next.
select h.etl_source, count(*) as removals, max(h.held_removal_id) as latest
from pipelines.held_removal as h
where h.released_at is null and h.returned_at is null and h.decision is null and h.question is null
group by h.etl_source
order by h.etl_source;

-- step: take_over
-- A question is about the whole set as it is now, those that were rejected before included; an older question has nothing to decide any more.
update pipelines.held_removal as h set question = %(question)s
where h.etl_source = %(source)s and h.released_at is null and h.returned_at is null and h.decision is distinct from 'release';

-- step: told
select
    count(*) as removals,
    (
        select count(*) from pipelines.delivered_unit as d where d.etl_source = %(source)s and d.published
    ) + (
        select count(*) from pipelines.delivered_feed_item as i where i.feed = %(source)s
    ) as published,
    min(h.held_at) as since,
    count(*) filter (where h.decision = 'reject') as rejected,
    max(h.decided_at) as rejected_at,
    max(h.decided_by) as rejected_by
from pipelines.held_removal as h
where h.question = %(question)s and h.released_at is null and h.returned_at is null;

-- step: samples
select coalesce(r.title, l.title, h.resource_key) as title, coalesce(r.url, l.url, h.resource_key) as url
from pipelines.held_removal as h
left join pipelines.delivered_unit as d using (resource_key)
left join learning_resources_learningresource as r on r.id = d.resource_id
left join news_events_feeditem as l on l.guid = h.resource_key
where h.question = %(question)s and h.released_at is null and h.returned_at is null
order by h.held_removal_id
limit %(samples)s;

-- step: decide
update pipelines.held_removal as h set decision = %(decision)s, decided_at = %(now)s, decided_by = %(decided_by)s
where h.question = %(question)s and h.released_at is null and h.returned_at is null
  and (h.decision, h.decided_by) is distinct from (%(decision)s, %(decided_by)s);
