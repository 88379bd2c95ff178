-- The pairs that each link table should hold for the units of the chunk. Named after the link (include.delivery.links).

-- step: topics
select distinct u.resource_id as learningresource_id, t.id as learningresourcetopic_id
from incoming_topic as i
join chunk_unit as u using (resource_key)
join learning_resources_learningresourcetopic as t on t.name = i.topic_name
where 'topics' = any(u.provided);

-- step: departments
select distinct u.resource_id as learningresource_id, d.department_id as learningresourcedepartment_id
from incoming_department as i
join chunk_unit as u using (resource_key)
join learning_resources_learningresourcedepartment as d on d.department_id = i.department_id
where 'departments' = any(u.provided);

-- step: tags
select distinct u.resource_id as learningresource_id, t.id as learningresourcecontenttag_id
from incoming_tag as i
join chunk_unit as u using (resource_key)
join learning_resources_learningresourcecontenttag as t on t.name = i.tag_name
where 'tags' = any(u.provided);

-- step: prices
select u.resource_id as learningresource_id, coalesce(max(l.learningresourceprice_id), min(p.id)) as learningresourceprice_id
from incoming_price as i
join chunk_unit as u using (resource_key)
join learning_resources_learningresourceprice as p on p.amount = i.amount and p.currency = i.currency
left join learning_resources_learningresource_resource_prices as l
    on l.learningresource_id = u.resource_id and l.learningresourceprice_id = p.id
where 'prices' = any(u.provided)
group by u.resource_id, i.amount, i.currency;

-- step: run_prices
select r.id as learningresourcerun_id, coalesce(max(l.learningresourceprice_id), min(p.id)) as learningresourceprice_id
from incoming_run_price as i
join incoming_run as r on r.resource_key = i.resource_key and r.run_id = i.run_id
join chunk_unit as u on u.resource_key = i.resource_key
join learning_resources_learningresourceprice as p on p.amount = i.amount and p.currency = i.currency
left join learning_resources_learningresourcerun_resource_prices as l
    on l.learningresourcerun_id = r.id and l.learningresourceprice_id = p.id
where r.id is not null and array['runs', 'prices'] <@ u.provided
group by r.id, i.amount, i.currency;

-- step: instructors
select r.id as run_id, s.id as instructor_id, min(i.position) as position
from incoming_instructor as i
join incoming_run as r on r.resource_key = i.resource_key and r.run_id = i.run_id
join chunk_unit as u on u.resource_key = i.resource_key
join learning_resources_learningresourceinstructor as s on s.full_name = i.full_name
where r.id is not null and array['runs', 'instructors'] <@ u.provided
group by r.id, s.id;

-- step: children
select u.resource_id as parent_id, c.id as child_id, i.relation_type, min(i.position) as position
from incoming_child as i
join chunk_unit as u using (resource_key)
join learning_resources_learningresource as c
    on c.platform_id = i.child_platform_id and c.resource_type = i.child_resource_type and c.readable_id = i.child_readable_id
where 'relationships' = any(u.provided)
group by u.resource_id, c.id, i.relation_type;
