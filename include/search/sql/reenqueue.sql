-- Outbox entries for resources that have to be sent again, in the order of their ids.
insert into pipelines.outbox (resource_id, resource_type, etl_source, reason, created_at, run_key)
select wanted.resource_id, wanted.resource_type, coalesce(resource.etl_source, ''), %(reason)s, %(now)s, %(run_key)s
from unnest(%(ids)s::integer[], %(types)s::text[]) as wanted (resource_id, resource_type)
left join learning_resources_learningresource as resource on resource.id = wanted.resource_id
order by wanted.resource_id;
