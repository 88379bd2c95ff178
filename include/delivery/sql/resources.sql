-- The resource itself.

-- step: complete_resources
-- What is not provided stays.
-- require_summaries and test_mode belong to Learn's staff; a source touches them only when it starts to force ingestion (sources.md 6.3),
-- or keeps all that it has in test mode (Canvas).
update incoming_resource as i
set
    completeness = case when 'completeness' = any(u.provided) then i.completeness else coalesce(r.completeness, 1.0) end,
    prices = case when 'prices' = any(u.provided) then i.prices else coalesce(r.prices, array[]::numeric(12, 2)[]) end,
    image_id = case when not 'image' = any(u.provided) then r.image_id else {image_of_row} end,
    require_summaries = coalesce(r.require_summaries, false) or (i.force_ingest and not coalesce(d.force_ingest, false)),
    test_mode = coalesce(r.test_mode, false)
        or 'test_mode' = any(u.provided)
        or (i.force_ingest and not i.published and not coalesce(d.force_ingest and not d.published, false))
from chunk_unit as u
left join learning_resources_learningresource as r on r.id = u.resource_id
left join delivered_unit as d on d.resource_key = u.resource_key
where u.resource_key = i.resource_key;

-- rows: update_resources
update learning_resources_learningresource as r
set ({resource_updates}, image_id, test_mode, require_summaries, updated_on)
    = ({i_resource_updates}, i.image_id, i.test_mode, i.require_summaries, %(now)s)
from incoming_resource as i
join chunk_unit as u using (resource_key)
where r.id = u.resource_id
  and ({r_resource_updates}, r.image_id, r.test_mode, r.require_summaries)
    is distinct from ({i_resource_updates}, i.image_id, i.test_mode, i.require_summaries);

-- count: insert_resources
-- Subscription mails list what was created within a day: a first load may say that its resources are older. Where the source knows when
-- it made a document, Learn's loader writes that on the second load; here it is there from the first.
with made as (
    insert into learning_resources_learningresource ({resource_columns}, image_id, test_mode, require_summaries, created_on, updated_on)
    select
        {i_resource_columns}, i.image_id, i.test_mode, i.require_summaries,
        case
            when i.source_created_at is not null then i.source_created_at
            when %(backdate)s then least(u.created_hint, i.last_modified, %(now)s::timestamptz - interval '2 days')
            else %(now)s::timestamptz
        end,
        %(now)s
    from incoming_resource as i
    join chunk_unit as u using (resource_key)
    where u.resource_id is null
    order by u.position
    returning id, platform_id, resource_type, readable_id
),
told as (
    update chunk_unit as u set resource_id = m.id, is_new = true
    from made as m
    where m.platform_id = u.platform_code and m.resource_type = u.resource_type and m.readable_id = u.readable_id
)
select count(*) from made;

-- step: analyze_units
analyze chunk_unit;
