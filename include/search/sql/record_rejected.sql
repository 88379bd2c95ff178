insert into pipelines.rejected_document
    (resource_id, resource_type, version, reason, sample, rejected_at, run_key)
values (%(resource_id)s, %(resource_type)s, %(version)s, %(reason)s, %(sample)s, %(now)s, %(run_key)s)
on conflict (resource_id) do update set
    resource_type = excluded.resource_type,
    version = excluded.version,
    reason = excluded.reason,
    sample = excluded.sample,
    rejected_at = excluded.rejected_at,
    run_key = excluded.run_key;
