-- Questions whose answer stops a chunk.

-- step: unknown_codes
-- Platforms, offerors and departments are reference data: a code that Learn lacks would only fail at commit (deferred keys).
select 'platform' as kind, i.platform_id as code, min(i.resource_key) as sample from incoming_resource as i
where not exists (select 1 from learning_resources_learningresourceplatform as p where p.code = i.platform_id)
group by i.platform_id
union all
select 'offeror', i.offered_by_id, min(i.resource_key) from incoming_resource as i
where i.offered_by_id is not null
  and not exists (select 1 from learning_resources_learningresourceofferor as o where o.code = i.offered_by_id)
group by i.offered_by_id
union all
select 'department', i.department_id, min(i.resource_key) from incoming_department as i
where not exists (select 1 from learning_resources_learningresourcedepartment as d where d.department_id = i.department_id)
group by i.department_id
order by 1, 2;

-- step: broken_seeds
select 'empty seed' as what, s.name as which
from (
    select 'platforms' as name, count(*) as n from seed_platform
    union all select 'offerors', count(*) from seed_offeror
    union all select 'schools', count(*) from seed_school
    union all select 'departments', count(*) from seed_department
    union all select 'topics', count(*) from seed_topic
    union all select 'topic_mappings', count(*) from seed_mapping
) as s
where s.n = 0
union all
select 'topic without its parent', t.name from seed_topic as t
where t.parent_name is not null and not exists (select 1 from seed_topic as p where p.name = t.parent_name)
union all
select 'topic named twice', min(t.name) from seed_topic as t group by lower(t.name) having count(*) > 1
union all
select 'department of an unknown school', d.department_id from seed_department as d
where d.school_id is not null and not exists (select 1 from seed_school as s where s.id = d.school_id)
union all
select 'mapping to an unknown topic', m.mapped_to from seed_mapping as m
where not exists (select 1 from seed_topic as t where t.name = m.mapped_to)
union all
select 'mapping of an unknown offeror', m.offeror_code from seed_mapping as m
where not exists (select 1 from seed_offeror as o where o.code = m.offeror_code)
order by 1, 2;
