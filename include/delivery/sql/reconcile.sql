-- A full comparison of Learn's tables with what the marts say they should hold: a dry run whose ledger knows nothing.

-- step: know_nothing
-- In the session's copy of the ledger: every unit is delivered again, and one that left is removed again, whatever was done before.
update delivered_unit set unit_hash = '', is_removed = false, published = true;

-- step: record
-- What the dry run had to write. A removal that the guard holds back is known, and no difference.
with told as (
    select
        u.resource_key,
        coalesce(i.resource_type, b.resource_type) as resource_type,
        coalesce(u.title, '') as title,
        case
            when u.before_id is null then 'missing'
            when u.before_published and not u.after_published then 'extra'
            when i.unit_hash is distinct from live.unit_hash then 'stale'
            else 'wrong'
        end as kind,
        coalesce((select array_agg(distinct d.field order by d.field) from difference as d where d.resource_key = u.resource_key), '{{}}') as fields
    from compared_unit as u
    left join incoming_unit as i using (resource_key)
    left join pipelines.delivered_unit as live using (resource_key)
    left join public.learning_resources_learningresource as b on b.id = u.before_id
    where not exists (
        select 1 from pipelines.held_removal as h
        where h.resource_key = u.resource_key and h.released_at is null and h.returned_at is null
    )
),
-- Published under a feed of ours, and no unit of ours.
foreigner as (
    select r.platform_id || '|' || r.resource_type || '|' || r.readable_id as resource_key, r.resource_type, r.title
    from public.learning_resources_learningresource as r
    where r.published and not r.test_mode and r.etl_source in (select i.etl_source from incoming_unit as i)
      and not exists (select 1 from delivered_unit as d where d.resource_id = r.id)
)
insert into pipelines.reconciled_difference (run_key, target, kind, resource_type, key, title, fields, is_repaired, found_at)
select %(run_key)s, 'postgres', kind, resource_type, resource_key, title, fields, false, %(now)s
from told
where kind in ('missing', 'extra') or cardinality(fields) > 0
union all
select %(run_key)s, 'postgres', 'extra', resource_type, coalesce(resource_key, title), title, '{{}}', false, %(now)s
from foreigner
on conflict (run_key, target, resource_type, key) do update set
    kind = excluded.kind, fields = excluded.fields, found_at = excluded.found_at;

-- step: forget
-- The next delivery compares with this, writes the unit again, or removes it, within the cap of the guard.
with forgotten as (
    update pipelines.delivered_unit as live
    set
        unit_hash = '',
        published = live.published or f.kind = 'extra',
        is_removed = live.is_removed and f.kind <> 'extra'
    from pipelines.reconciled_difference as f
    where f.run_key = %(run_key)s and f.target = 'postgres' and f.key = live.resource_key
    returning live.resource_key
)
update pipelines.reconciled_difference as f set is_repaired = true
from forgotten
where f.run_key = %(run_key)s and f.target = 'postgres' and f.key = forgotten.resource_key;

-- step: count
select count(*), count(*) filter (where is_repaired) from pipelines.reconciled_difference where run_key = %(run_key)s and target = 'postgres';
