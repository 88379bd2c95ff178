-- The index that serves now, which `ensure_indexes` may have made.
insert into pipelines.physical_index (index_name, index_type, state, run_key, started_at)
values (%(former)s, %(index_type)s, 'serving', %(run_key)s, %(now)s)
on conflict (index_name) do nothing;
