-- What the ledger says of resources whose document is not as expected.
select
    wanted.resource_id,
    held.document_hash,
    exists (select from pipelines.outbox where outbox.resource_id = wanted.resource_id) as is_pending,
    rejected.reason
from unnest(%(ids)s::integer[]) as wanted (resource_id)
left join pipelines.indexed_document as held on held.resource_id = wanted.resource_id
left join pipelines.rejected_document as rejected on rejected.resource_id = wanted.resource_id;
