-- The next entries of the outbox in their order, one row per resource; what the index is known to hold comes along. An entry that was
-- committed late has a lower number than what was written meanwhile: its write takes the number of that one, which is accepted again.
with entry as (
    select sequence, resource_id, resource_type
    from pipelines.outbox
    where sequence > %(after)s and sequence <= %(horizon)s
    order by sequence
    limit %(entries)s
)

select
    entry.resource_id,
    (array_agg(entry.resource_type order by entry.sequence desc))[1] as resource_type,
    array_agg(entry.sequence order by entry.sequence) as sequences,
    held.document_hash,
    greatest(max(entry.sequence), held.version) as version
from entry
left join pipelines.indexed_document as held on held.resource_id = entry.resource_id
group by entry.resource_id, held.document_hash, held.version
order by max(entry.sequence);
