-- What the candidate took is no longer rejected.
delete from pipelines.rejected_document as rejected
using pipelines.candidate_document as candidate
where candidate.resource_id = rejected.resource_id and candidate.index_name = %(index_name)s;
