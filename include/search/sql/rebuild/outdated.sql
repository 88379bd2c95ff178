-- Resources of a type whose document in the candidate may not be the one that the index has to serve: the outbox names them, the sync
-- wrote another document since, they are published and not there, or there and not published.
with candidate as (
    select resource_id, document_hash
    from pipelines.candidate_document
    where index_name = %(index_name)s
),

held as (
    select resource_id, document_hash, version
    from pipelines.indexed_document
    where resource_type = %(index_type)s
),

pending as (
    select resource_id, max(sequence) as sequence
    from pipelines.outbox
    where resource_type = %(index_type)s
    group by resource_id
),

resource as (
    select id as resource_id
    from learning_resources_learningresource
    where resource_type = %(index_type)s and published
)

select resource_id, greatest(pending.sequence, held.version, 0) as version
from resource
full join candidate using (resource_id)
full join held using (resource_id)
full join pending using (resource_id)
left join pipelines.rejected_document as rejected using (resource_id)
where
    pending.resource_id is not null
    or (held.resource_id is not null and held.document_hash is distinct from candidate.document_hash)
    or (resource.resource_id is null and candidate.resource_id is not null)
    or (resource.resource_id is not null and candidate.resource_id is null and rejected.resource_id is null)
order by resource_id;
