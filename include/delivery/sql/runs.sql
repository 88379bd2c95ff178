-- Runs, by (resource, run_id).

-- step: complete_runs
-- The runs of a resource in test mode stay published, so that its content is read (sources.md 6.3).
update incoming_run as i
set
    resource_id = u.resource_id,
    id = r.id,
    published = i.published or o.test_mode,
    prices = case when 'prices' = any(u.provided) then i.prices else r.prices end,
    image_id = {image_of_row}
from chunk_unit as u
join learning_resources_learningresource as o on o.id = u.resource_id
join incoming_run as n on n.resource_key = u.resource_key
left join learning_resources_learningresourcerun as r on r.learning_resource_id = u.resource_id and r.run_id = n.run_id
where i.resource_key = n.resource_key and i.run_id = n.run_id;

-- step: analyze_matches
-- The ids were empty when the rows came in; a plan that believes it loops over everything, or goes through all runs for none.
analyze incoming_run (resource_key, run_id, resource_id, id);

-- rows: update_runs
update learning_resources_learningresourcerun as r
set ({run_updates}, image_id, updated_on) = ({i_run_updates}, i.image_id, %(now)s)
from incoming_run as i
join chunk_unit as u using (resource_key)
where r.id = i.id and 'runs' = any(u.provided)
  and ({r_run_updates}, r.image_id) is distinct from ({i_run_updates}, i.image_id);

-- count: insert_runs
with made as (
    insert into learning_resources_learningresourcerun ({run_columns}, image_id, learning_resource_id, created_on, updated_on)
    select {i_run_columns}, i.image_id, i.resource_id, %(now)s, %(now)s
    from incoming_run as i
    join chunk_unit as u using (resource_key)
    where i.id is null and 'runs' = any(u.provided)
    order by u.position, i.run_id
    returning id, learning_resource_id, run_id
),
told as (
    update incoming_run as i set id = m.id
    from made as m
    where m.learning_resource_id = i.resource_id and m.run_id = i.run_id
)
select count(*) from made;

-- rows: unpublish_runs
-- A run that the unit no longer has is hidden; its checksum stays, so that a return does not read its archive again.
update learning_resources_learningresourcerun as r set published = false, updated_on = %(now)s
from chunk_unit as u
join learning_resources_learningresource as o on o.id = u.resource_id
where r.learning_resource_id = u.resource_id and r.published and 'runs' = any(u.provided) and not o.test_mode
  and not exists (select 1 from incoming_run as i where i.resource_id = u.resource_id and i.run_id = r.run_id);

-- step: analyze_runs
analyze incoming_run (resource_key, run_id, resource_id, id);
