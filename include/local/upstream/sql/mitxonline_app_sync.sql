-- Bring app.objects to what was copied into pg_temp.wanted; only rows that differ get a new updated_on. When pg_temp.scope names a record,
-- nothing is deleted but what was a part of it.
insert into app.objects as kept (kind, id, parent_id, position, data, updated_on)
select
    wanted.kind,
    wanted.id,
    wanted.parent_id,
    wanted.position,
    wanted.data,
    clock_timestamp()
from pg_temp.wanted as wanted
on conflict (kind, id) do update
    set
        parent_id = excluded.parent_id,
        position = excluded.position,
        data = excluded.data,
        updated_on = excluded.updated_on
    where (kept.parent_id, kept.position, kept.data) is distinct from (excluded.parent_id, excluded.position, excluded.data);

delete from app.objects as kept
where
    not exists (
        select 1
        from pg_temp.wanted as wanted
        where wanted.kind = kept.kind and wanted.id = kept.id
    )
    and (
        not exists (select 1 from pg_temp.scope)
        or exists (
            select 1
            from pg_temp.scope as scope
            where kept.parent_id = scope.id and kept.kind in (scope.kind || '_page', scope.kind || '_run')
        )
    );
