-- step: take_chunk
insert into chunk_unit (
    resource_key, etl_source, platform_code, resource_type, readable_id, unit_hash, is_removed, published, provided, best_run_id,
    created_hint, position
)
select
    i.resource_key, i.etl_source, i.platform_code, i.resource_type, i.readable_id, i.unit_hash, i.is_removed, i.published, i.provided,
    i.best_run_id, i.created_hint, k.position
from unnest(%(keys)s::text[]) with ordinality as k (resource_key, position)
join incoming_unit as i using (resource_key);

-- step: arrived
-- Units that wait for a child, a parent or a topic which Learn has by now.
select distinct p.resource_key, u.etl_source
from pending_reference as p
join incoming_unit as u using (resource_key)
where not u.is_removed and case p.kind
    when 'topic' then exists (select 1 from learning_resources_learningresourcetopic as t where t.name = p.name)
    else exists (
        select 1 from learning_resources_learningresource as c
        where c.platform_id = p.platform_id and c.resource_type = p.resource_type and c.readable_id = p.name
    )
end
and not exists (select 1 from planned_unit as held where held.resource_key = p.resource_key and held.held)
order by u.etl_source, p.resource_key;

-- step: planned_groups
select phase, etl_source, count(*) as units from planned_unit where not held group by phase, etl_source order by phase, etl_source;

-- step: planned_keys
select resource_key from planned_unit
where not held and phase = %(phase)s and etl_source = %(source)s and resource_key > %(after)s
order by resource_key
limit %(units)s;

-- step: first_loads
-- A source is in its first load until one delivery of it has finished.
select distinct i.etl_source from incoming_unit as i
where not exists (
    select 1 from delivery_run as d where d.etl_source = i.etl_source and d.finished_at is not null
);
