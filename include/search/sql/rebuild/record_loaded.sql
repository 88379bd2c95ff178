-- Documents that the candidate acknowledged.
insert into pipelines.candidate_document as loaded (index_name, resource_id, document_hash, version)
select %(index_name)s, given.*
from unnest(%(ids)s::integer[], %(hashes)s::bytea[], %(versions)s::bigint[]) as given
on conflict (index_name, resource_id) do update set
    document_hash = excluded.document_hash,
    version = excluded.version;
