-- The candidate is to serve: the ledger of the serving index says what it holds.
insert into pipelines.indexed_document (resource_id, resource_type, document_hash, version, indexed_at, run_key)
select resource_id, %(index_type)s, document_hash, version, %(now)s, %(run_key)s
from pipelines.candidate_document
where index_name = %(index_name)s;
