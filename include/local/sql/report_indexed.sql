-- Per source: documents that the index acknowledged since a moment.
select
    resource.etl_source as source,
    count(*) as documents
from pipelines.indexed_document as document
inner join public.learning_resources_learningresource as resource on resource.id = document.resource_id
where document.indexed_at >= %(since)s
group by resource.etl_source;
