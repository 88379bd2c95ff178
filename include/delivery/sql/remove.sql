-- Units that left: published becomes false, nothing else moves (sources.md 6.5). A resource in test mode is left alone.

-- step: take_chunk
-- A unit may have gone from the marts altogether; then the ledger says what it was. A key whose row was adopted by another unit
-- in this run is no longer in the ledger, and has nothing to remove.
insert into chunk_unit (
    resource_key, etl_source, platform_code, resource_type, readable_id, unit_hash, is_removed, published, provided, best_run_id,
    position, resource_id, before_title, before_readable_id, before_published
)
select
    k.resource_key, r.etl_source, coalesce(r.platform_id, ''), r.resource_type, r.readable_id,
    coalesce(i.unit_hash, d.unit_hash), true, false, array[]::text[], d.best_run,
    k.position, r.id, r.title, r.readable_id, r.published
from unnest(%(keys)s::text[]) with ordinality as k (resource_key, position)
left join incoming_unit as i using (resource_key)
left join delivered_unit as d using (resource_key)
join learning_resources_learningresource as r on case
    when d.resource_id is not null then r.id = d.resource_id
    else r.platform_id = i.platform_code and r.resource_type = i.resource_type and r.readable_id = i.readable_id
end;

-- rows: leave_test_mode
-- What a source put into test mode by itself leaves it with its source (sources.md 2.14).
update learning_resources_learningresource as r set test_mode = false, updated_on = %(now)s
from chunk_unit as u
join incoming_unit as i using (resource_key)
where r.id = u.resource_id and r.test_mode and 'test_mode' = any(i.provided);

-- rows: unpublish
update learning_resources_learningresource as r set published = false, updated_on = %(now)s
from chunk_unit as u
where r.id = u.resource_id and r.published and not r.test_mode;
