insert into pipelines.reconciled_difference
    (run_key, target, kind, resource_type, key, title, fields, is_repaired, found_at)
values
    (%(run_key)s, %(target)s, %(kind)s, %(resource_type)s, %(key)s, %(title)s, %(fields)s, %(is_repaired)s, %(now)s)
on conflict (run_key, target, resource_type, key) do update set
    kind = excluded.kind,
    fields = excluded.fields,
    is_repaired = excluded.is_repaired,
    found_at = excluded.found_at;
