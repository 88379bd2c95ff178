-- What the former index holds, under its name: it may serve again.
insert into pipelines.candidate_document as former (index_name, resource_id, document_hash, version)
select %(former)s, resource_id, document_hash, version
from pipelines.indexed_document
where resource_type = %(index_type)s
on conflict (index_name, resource_id) do update set
    document_hash = excluded.document_hash,
    version = excluded.version;
