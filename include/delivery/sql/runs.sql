-- Runs, by (resource, run_id).

-- step: match_resources
update incoming_run as i set resource_id = u.resource_id
from chunk_unit as u
where u.resource_key = i.resource_key;

-- step: match_runs
update incoming_run as i set id = r.id
from learning_resources_learningresourcerun as r
where r.learning_resource_id = i.resource_id and r.run_id = i.run_id;

-- step: resolve_images
update incoming_run as i set image_id = w.id
from (
    select
        n.resource_id,
        n.run_id,
        coalesce(max(m.id) filter (where m.id = r.image_id), min(m.id)) as id
    from incoming_run as n
    join learning_resources_learningresourceimage as m
        on m.url = n.image_url and m.description is not distinct from n.image_description and m.alt is not distinct from n.image_alt
    left join learning_resources_learningresourcerun as r on r.id = n.id
    group by n.resource_id, n.run_id
) as w
where w.resource_id = i.resource_id and w.run_id = i.run_id;

-- step: keep_what_is_not_provided
-- The runs of a resource in test mode stay published, so that its content is read (sources.md 6.3).
update incoming_run as i
set
    published = i.published or o.test_mode,
    prices = case
        when 'prices' = any(u.provided) then i.prices
        else (select r.prices from learning_resources_learningresourcerun as r where r.id = i.id)
    end
from chunk_unit as u
join learning_resources_learningresource as o on o.id = u.resource_id
where u.resource_key = i.resource_key;

-- rows: update_runs
update learning_resources_learningresourcerun as r
set ({run_updates}, image_id, updated_on) = ({i_run_updates}, i.image_id, %(now)s)
from incoming_run as i
join chunk_unit as u using (resource_key)
where r.id = i.id and 'runs' = any(u.provided)
  and ({r_run_updates}, r.image_id) is distinct from ({i_run_updates}, i.image_id);

-- rows: insert_runs
insert into learning_resources_learningresourcerun ({run_columns}, image_id, learning_resource_id, created_on, updated_on)
select {i_run_columns}, i.image_id, i.resource_id, %(now)s, %(now)s
from incoming_run as i
join chunk_unit as u using (resource_key)
where i.id is null and 'runs' = any(u.provided)
order by u.position, i.run_id;

-- step: learn_new_ids
update incoming_run as i set id = r.id
from learning_resources_learningresourcerun as r
where i.id is null and r.learning_resource_id = i.resource_id and r.run_id = i.run_id;

-- rows: unpublish_runs
-- A run that the unit no longer has is hidden; its checksum stays, so that a return does not read its archive again.
update learning_resources_learningresourcerun as r set published = false, updated_on = %(now)s
from chunk_unit as u
join learning_resources_learningresource as o on o.id = u.resource_id
where r.learning_resource_id = u.resource_id and r.published and 'runs' = any(u.provided) and not o.test_mode
  and not exists (select 1 from incoming_run as i where i.resource_id = u.resource_id and i.run_id = r.run_id);

-- step: analyze_runs
-- The ids were empty when the rows came in; a plan that believes it joins nothing loops over everything.
analyze incoming_run;
