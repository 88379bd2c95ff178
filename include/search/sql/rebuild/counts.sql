-- What a candidate holds, and where that is not what it should hold. What the outbox names is for the next sync.
with candidate as (
    select resource_id
    from pipelines.candidate_document
    where index_name = %(index_name)s
),

published as (
    select id as resource_id
    from learning_resources_learningresource
    where resource_type = %(index_type)s and published
),

compared as (
    select
        resource_id,
        candidate.resource_id is not null as is_loaded,
        published.resource_id is not null as is_published,
        rejected.reason,
        held.resource_id is not null as is_held,
        exists (select from pipelines.outbox where outbox.resource_id = candidate.resource_id)
        or exists (select from pipelines.outbox where outbox.resource_id = published.resource_id) as is_pending
    from candidate
    full join published using (resource_id)
    left join pipelines.rejected_document as rejected using (resource_id)
    left join pipelines.indexed_document as held using (resource_id)
)

select
    count(*) filter (where is_loaded) as loaded,
    count(*) filter (where is_published and not is_loaded and reason is null and not is_pending) as missing,
    count(*) filter (where is_loaded and not is_published and not is_pending) as surplus,
    count(*) filter (where is_published and not is_loaded and is_held and reason is not null) as lost,
    min(reason) filter (where is_published and not is_loaded and is_held) as reason
from compared;
