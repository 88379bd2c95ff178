-- Compare what the marts hold with what was delivered; only what differs is planned.

-- step: planned_unit
-- A unit leaves when it is published in Learn and would not be after this run.
create temp table planned_unit as
with compared as (
    select
        coalesce(i.resource_key, d.resource_key) as resource_key,
        coalesce(i.etl_source, d.etl_source) as etl_source,
        i.resource_type,
        i.resource_key is null or i.is_removed as is_removed,
        d.resource_key is null as is_first,
        coalesce(d.published, false) as was_published,
        coalesce(d.is_removed, false) as was_removed,
        coalesce(i.published, false) as published,
        i.unit_hash is distinct from d.unit_hash as differs,
        -- A database that Learn's own loaders filled: the row is there although we never delivered it.
        d.resource_key is null and i.is_removed and exists (
            select 1 from learning_resources_learningresource as r
            where r.platform_id = i.platform_code and r.resource_type = i.resource_type and r.readable_id = i.readable_id
              and r.etl_source = i.etl_source and r.published and not r.test_mode
        ) as is_foreign
    from incoming_unit as i
    full join delivered_unit as d using (resource_key)
)
select
    resource_key,
    etl_source,
    case
        when is_removed then 4
        when resource_type in ('program', 'video_playlist', 'podcast') then 3
        when resource_type = 'course' then 2
        else 1
    end as phase,
    is_foreign or (was_published and (is_removed or not published)) as leaving,
    false as held,
    false as decided
from compared
where case
    when is_removed and is_first then is_foreign
    when is_removed then not was_removed
    else is_first or was_removed or differs or was_published <> published
end;

-- step: planned_unit_key
alter table planned_unit add primary key (resource_key);
