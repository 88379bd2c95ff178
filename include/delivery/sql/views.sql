-- What people looked at (sources.md 2.15): events by their uuid, each once, and the counts of the resources that they name.

-- step: make_incoming
create temp table incoming_view (event_uuid uuid not null, event_date timestamptz not null, resource_id integer not null) on commit drop;

-- rows: adopt_events
-- Rows from before events had a uuid are the same views: of the same resource, at the same moment.
update learning_resources_learningresourceviewevent as e set event_uuid = i.event_uuid, updated_on = %(now)s
from (
    select distinct on (v.resource_id, v.event_date) v.resource_id, v.event_date, v.event_uuid, min(o.id) as id
    from incoming_view as v
    join learning_resources_learningresourceviewevent as o
        on o.learning_resource_id = v.resource_id and o.event_date = v.event_date and o.event_uuid is null
    where not exists (select from learning_resources_learningresourceviewevent as known where known.event_uuid = v.event_uuid)
    group by v.resource_id, v.event_date, v.event_uuid
    order by v.resource_id, v.event_date, v.event_uuid
) as i
where e.id = i.id;

-- rows: insert_events
-- An event that names a resource which Learn does not have is passed over.
insert into learning_resources_learningresourceviewevent (event_date, learning_resource_id, event_uuid, created_on, updated_on)
select i.event_date, i.resource_id, i.event_uuid, %(now)s, %(now)s
from incoming_view as i
join learning_resources_learningresource as r on r.id = i.resource_id
order by i.event_date, i.event_uuid
on conflict (event_uuid) where event_uuid is not null do nothing;

-- step: note_viewed
insert into pipelines.viewed_resource (resource_id)
select distinct i.resource_id from incoming_view as i join learning_resources_learningresource as r on r.id = i.resource_id
on conflict do nothing;

-- step: count_unknown
select count(*) from incoming_view as i
where not exists (select from learning_resources_learningresource as r where r.id = i.resource_id);

-- step: record_chunks
insert into pipelines.delivered_views (record_key, content_hash, delivered_at, run_key)
select record_key, content_hash, %(now)s, %(run_key)s
from unnest(%(keys)s::text[], %(hashes)s::text[]) as chunk (record_key, content_hash)
on conflict (record_key) do update set
    content_hash = excluded.content_hash, delivered_at = excluded.delivered_at, run_key = excluded.run_key;

-- count: recount
-- Counted anew, not added up, so that it is right whatever happened before. An unpublished resource is counted when it is published again.
with counted as (
    select r.id, (select count(*) from learning_resources_learningresourceviewevent as e where e.learning_resource_id = r.id) as views
    from pipelines.viewed_resource as v
    join learning_resources_learningresource as r on r.id = v.resource_id
    where r.published
),
changed as (
    update learning_resources_learningresource as r set view_count = counted.views
    from counted
    where r.id = counted.id and r.view_count is distinct from counted.views
    returning r.id, r.resource_type, r.etl_source
),
enqueued as (
    insert into pipelines.outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)
    select id, resource_type, etl_source, 'views', %(now)s, %(run_key)s from changed order by id
),
counted_now as (
    delete from pipelines.viewed_resource as v using counted where v.resource_id = counted.id
)
select count(*) from changed;
