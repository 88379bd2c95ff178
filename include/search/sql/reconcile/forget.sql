-- What the index holds of these resources is not what the ledger says. No document has an empty hash, so the next sync sends them; it
-- writes with at least the version that is there.
insert into pipelines.indexed_document (resource_id, resource_type, document_hash, version, indexed_at, run_key)
select given.resource_id, given.resource_type, ''::bytea, given.version, %(now)s, %(run_key)s
from unnest(%(ids)s::integer[], %(types)s::text[], %(versions)s::bigint[]) as given (resource_id, resource_type, version)
on conflict (resource_id) do update set
    document_hash = excluded.document_hash,
    version = excluded.version,
    run_key = excluded.run_key;
