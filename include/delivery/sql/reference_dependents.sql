-- Documents show names of platforms, offerors, departments, their schools, and topics: a changed one reaches the index only this way
-- (target_model.md 5.3).

-- step: enqueue
insert into pipelines.outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)
select r.id, r.resource_type, r.etl_source, min(w.kind), %(now)s, %(run_key)s
from (
    select c.kind, r.id as resource_id
    from changed_reference as c join learning_resources_learningresource as r on c.kind = 'platform' and r.platform_id = c.key
    union all
    select c.kind, r.id
    from changed_reference as c join learning_resources_learningresource as r on c.kind = 'offeror' and r.offered_by_id = c.key
    union all
    select c.kind, l.learningresource_id
    from changed_reference as c
    join learning_resources_learningresource_topics as l on c.kind = 'topic' and l.learningresourcetopic_id::text = c.key
    union all
    select c.kind, l.learningresource_id
    from changed_reference as c
    join learning_resources_learningresourcedepartment as d
        on (c.kind = 'department' and d.department_id = c.key) or (c.kind = 'school' and d.school_id::text = c.key)
    join learning_resources_learningresource_departments as l on l.learningresourcedepartment_id = d.department_id
) as w
join learning_resources_learningresource as r on r.id = w.resource_id
where r.published
group by r.id, r.resource_type, r.etl_source
order by r.id;
