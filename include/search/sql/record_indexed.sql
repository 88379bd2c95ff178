-- Documents that the index acknowledged. An older version never replaces what a newer one recorded.
insert into pipelines.indexed_document as held
    (resource_id, resource_type, document_hash, version, indexed_at, run_key)
select *
from unnest(
    %(ids)s::integer[], %(types)s::text[], %(hashes)s::bytea[], %(versions)s::bigint[],
    array_fill(%(now)s::timestamptz, array[cardinality(%(ids)s::integer[])]),
    array_fill(%(run_key)s::text, array[cardinality(%(ids)s::integer[])])
)
on conflict (resource_id) do update set
    resource_type = excluded.resource_type,
    document_hash = excluded.document_hash,
    version = excluded.version,
    indexed_at = excluded.indexed_at,
    run_key = excluded.run_key
where held.version <= excluded.version;
