-- The next published resources of a type in the order of their ids, with the version under which the serving index holds each.
select resource.id, coalesce(held.version, 0) as version
from learning_resources_learningresource as resource
left join pipelines.indexed_document as held on held.resource_id = resource.id
where resource.resource_type = %(index_type)s and resource.published and resource.id > %(after)s
order by resource.id
limit %(limit)s;
