-- What the units of the chunk refer to and Learn does not have.

-- step: forget_pending
delete from pending_reference as p
using chunk_unit as u
where u.resource_key = p.resource_key;

-- step: remember_pending
insert into pending_reference (resource_key, kind, platform_id, resource_type, name)
select i.resource_key, 'child', i.child_platform_id, i.child_resource_type, i.child_readable_id
from incoming_child as i
join chunk_unit as u using (resource_key)
where 'relationships' = any(u.provided) and not exists (
    select 1 from learning_resources_learningresource as c
    where c.platform_id = i.child_platform_id and c.resource_type = i.child_resource_type and c.readable_id = i.child_readable_id
)
union
select i.resource_key, 'parent', i.parent_platform_id, i.parent_resource_type, i.parent_readable_id
from incoming_playlist as i
where i.parent_resource_key is not null and i.parent_learning_resource_id is null
union
select i.resource_key, 'topic', '', '', i.topic_name
from incoming_topic as i
join chunk_unit as u using (resource_key)
where 'topics' = any(u.provided)
  and not exists (select 1 from learning_resources_learningresourcetopic as t where t.name = i.topic_name);
