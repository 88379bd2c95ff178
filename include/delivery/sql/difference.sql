-- Compare units in two places, field by field, by what they are and not by surrogate ids.

-- step: compared_unit
-- Units to compare; an id is null where the unit is not there. `provided` limits the comparison to what the source tells about.
create temp table compared_unit (
    resource_key text primary key,
    etl_source text not null,
    title text,
    before_id integer,
    after_id integer,
    before_published boolean,
    after_published boolean,
    provided text[] not null
);

-- step: fact_before
create temp table fact_before (resource_key text, field text, run_id text, value jsonb);

-- step: fact_after
create temp table fact_after (like fact_before);

-- step: difference
create temp table difference (resource_key text, field text, run_id text, before jsonb, after jsonb);

-- step: staying_units
-- What leaves is told by that alone.
select resource_key from compared_unit where before_id is not null and (after_published or not before_published) order by resource_key;

-- step: units_of_both
select resource_key from compared_unit where before_published and after_published order by resource_key;

-- rows: gather
-- What one place holds of some units: a line per group of columns, per collection and per published run.
insert into {facts} (resource_key, field, run_id, value)
with unit as (
    select u.resource_key, u.{id} as id, u.provided,
        array_remove(array[
            case when not 'prices' = any(u.provided) then 'prices' end, case when not 'completeness' = any(u.provided) then 'completeness' end
        ], null) as unknown
    from compared_unit as u
    where u.resource_key = any(%(keys)s::text[])
)
select u.resource_key, '', null, to_jsonb(c) - u.unknown
from unit as u
join learning_resources_learningresource as r on r.id = u.id
cross join lateral (select {r_columns}) as c
union all
select u.resource_key, 'image', null, jsonb_build_array(m.url, m.description, m.alt)
from unit as u
join learning_resources_learningresource as r on r.id = u.id
join learning_resources_learningresourceimage as m on m.id = r.image_id
where 'image' = any(u.provided)
union all
select u.resource_key, 'topics', null, jsonb_agg(t.name order by t.name)
from unit as u
join learning_resources_learningresource_topics as l on l.learningresource_id = u.id
join learning_resources_learningresourcetopic as t on t.id = l.learningresourcetopic_id
where 'topics' = any(u.provided)
group by u.resource_key
union all
select u.resource_key, 'departments', null, jsonb_agg(l.learningresourcedepartment_id order by l.learningresourcedepartment_id)
from unit as u
join learning_resources_learningresource_departments as l on l.learningresource_id = u.id
where 'departments' = any(u.provided)
group by u.resource_key
union all
select u.resource_key, 'tags', null, jsonb_agg(t.name order by t.name)
from unit as u
join learning_resources_learningresource_resource_tags as l on l.learningresource_id = u.id
join learning_resources_learningresourcecontenttag as t on t.id = l.learningresourcecontenttag_id
where 'tags' = any(u.provided)
group by u.resource_key
union all
select u.resource_key, 'resource_prices', null, jsonb_agg(p.currency || ' ' || p.amount order by p.currency, p.amount)
from unit as u
join learning_resources_learningresource_resource_prices as l on l.learningresource_id = u.id
join learning_resources_learningresourceprice as p on p.id = l.learningresourceprice_id
where 'prices' = any(u.provided)
group by u.resource_key
union all
select u.resource_key, 'children', null,
    jsonb_agg(concat_ws(' ', l.relation_type, c.platform_id, c.readable_id) order by l.relation_type, l.position, c.platform_id, c.readable_id)
from unit as u
join learning_resources_learningresourcerelationship as l on l.parent_id = u.id and l.relation_type <> 'LEARNING_PATH_ITEMS'
join learning_resources_learningresource as c on c.id = l.child_id
where 'relationships' = any(u.provided)
group by u.resource_key
union all
select u.resource_key, 'runs', n.run_id,
    (to_jsonb(c) - u.unknown)
    || jsonb_build_object('image', (
        select jsonb_build_array(m.url, m.description, m.alt) from learning_resources_learningresourceimage as m where m.id = n.image_id
    ))
    || case when 'prices' = any(u.provided) then jsonb_build_object('resource_prices', (
        select jsonb_agg(p.currency || ' ' || p.amount order by p.currency, p.amount)
        from learning_resources_learningresourcerun_resource_prices as l
        join learning_resources_learningresourceprice as p on p.id = l.learningresourceprice_id
        where l.learningresourcerun_id = n.id
    )) else '{{}}' end
    || case when 'instructors' = any(u.provided) then jsonb_build_object('instructors', (
        select jsonb_agg(concat_ws(' | ', s.full_name, s.first_name, s.last_name) order by l.position, s.full_name)
        from learning_resources_runinstructorrelationship as l
        join learning_resources_learningresourceinstructor as s on s.id = l.instructor_id
        where l.run_id = n.id
    )) else '{{}}' end
from unit as u
join learning_resources_learningresourcerun as n on n.learning_resource_id = u.id and n.published
cross join lateral (select {n_columns}) as c
where 'runs' = any(u.provided);

-- rows: gather_detail
insert into {facts} (resource_key, field, run_id, value)
select u.resource_key, 'detail', null, to_jsonb(c)
from compared_unit as u
join {detail} as d on d.learning_resource_id = u.{id}
cross join lateral (select {d_columns}) as c
where u.resource_key = any(%(keys)s::text[]);

-- step: compare
-- Columns are told one by one; a collection, and a run that one place lacks, as a whole.
insert into difference (resource_key, field, run_id, before, after)
select d.resource_key, each.field, d.run_id, each.before, each.after
from (
    select resource_key, field, run_id, b.value as before, a.value as after
    from (select resource_key, field, coalesce(run_id, '') as run_id, value from fact_before) as b
    full join (select resource_key, field, coalesce(run_id, '') as run_id, value from fact_after) as a using (resource_key, field, run_id)
) as d
cross join lateral (
    select case d.field when 'runs' then 'runs.' else '' end || c.name as field, d.before -> c.name as before, d.after -> c.name as after
    from jsonb_object_keys(case when d.field in ('', 'detail', 'runs') and d.before is not null and d.after is not null then d.before end)
        as c (name)
    union all
    select d.field, d.before, d.after where d.field not in ('', 'detail', 'runs') or d.before is null or d.after is null
) as each
where each.before is distinct from each.after;

-- step: written_units
-- What the dry run wrote, or did not because the guard held it back.
insert into compared_unit (resource_key, etl_source, title, before_id, after_id, before_published, after_published, provided)
select d.resource_key, d.etl_source, coalesce(a.title, b.title), b.id, d.resource_id, b.published, a.published, coalesce(i.provided, '{{}}')
from delivered_unit as d
join learning_resources_learningresource as a on a.id = d.resource_id
left join public.learning_resources_learningresource as b on b.id = d.resource_id
left join incoming_unit as i on i.resource_key = d.resource_key
where d.run_key = %(run_key)s;

-- step: record_dry_run
with told as (
    select
        u.etl_source, u.resource_key, u.title, d.field, nullif(d.run_id, '') as run_id, d.before, d.after,
        case when u.before_id is null then 'added' when u.before_published and not u.after_published then 'removed' else 'changed' end as change
    from compared_unit as u
    left join difference as d using (resource_key)
)
insert into pipelines.dry_run_difference (run_key, made_at, etl_source, change, resource_key, title, field, run_id, before, after)
select %(run_key)s, %(now)s, etl_source, change, resource_key, title, field, run_id, before, after
from told
where change <> 'changed' or field is not null
union all
select %(run_key)s, %(now)s, p.etl_source, 'held back', p.resource_key, r.title, null, null, null, null
from planned_unit as p
join delivered_unit as d using (resource_key)
join learning_resources_learningresource as r on r.id = d.resource_id
where p.held
order by 3, 4, 5, 8 nulls first, 7;

-- step: forget_dry_runs
delete from pipelines.dry_run_difference where made_at < %(now)s::timestamptz - interval '30 days';

-- step: summarize_dry_run
select etl_source, change, count(distinct resource_key), count(*)
from pipelines.dry_run_difference where run_key = %(run_key)s group by etl_source, change order by etl_source, change;

-- step: shadow_units
-- Units that are shown here or there. Ours are found in Learn as delivery finds them: by natural key, OCW by its address as well.
insert into compared_unit (resource_key, etl_source, title, before_id, after_id, before_published, after_published, provided)
with ours as (
    select d.resource_key, coalesce(i.provided, '{{}}') as provided, o.*
    from delivered_unit as d
    join learning_resources_learningresource as o on o.id = d.resource_id
    left join incoming_unit as i on i.resource_key = d.resource_key
    where d.etl_source = %(source)s
),
paired as (
    select o.resource_key, o.etl_source, o.title, o.id, o.published, o.provided, coalesce(k.id, w.id) as learn_id
    from ours as o
    left join public.learning_resources_learningresource as k
        on k.platform_id = o.platform_id and k.resource_type = o.resource_type and k.readable_id = o.readable_id
    left join lateral (
        select l.id from public.learning_resources_learningresource as l
        where k.id is null and o.platform_id = 'ocw' and o.resource_type = 'course'
          and l.platform_id = o.platform_id and l.resource_type = o.resource_type and l.url = o.url
          and not exists (select 1 from ours as other where other.readable_id = l.readable_id)
        order by l.published desc, l.updated_on desc, l.id
        limit 1
    ) as w on true
)
select p.resource_key, p.etl_source, coalesce(p.title, l.title), l.id, p.id, coalesce(l.published, false), p.published, p.provided
from paired as p
left join public.learning_resources_learningresource as l on l.id = p.learn_id
where p.published or l.published
union all
select concat_ws('|', l.platform_id, l.resource_type, l.readable_id), %(source)s, l.title, l.id, null, true, false, '{{}}'
from public.learning_resources_learningresource as l
where l.etl_source = %(source)s and l.published and not exists (select 1 from paired as p where p.learn_id = l.id);

-- step: record_parity
insert into pipelines.parity_report (run_key, etl_source, compared_at, equal, different, missing, extra, fields)
select
    %(run_key)s, %(source)s, %(now)s,
    count(*) filter (where u.before_published and u.after_published and d.resource_key is null),
    count(*) filter (where u.before_published and u.after_published and d.resource_key is not null),
    count(*) filter (where u.before_published and not u.after_published),
    count(*) filter (where u.after_published and not u.before_published),
    (
        select coalesce(jsonb_object_agg(f.field, f.units order by f.units desc, f.field), '{{}}')
        from (select field, count(distinct resource_key) as units from difference group by field) as f
    )
from compared_unit as u
left join (select distinct resource_key from difference) as d using (resource_key)
on conflict (run_key, etl_source) do update set
    compared_at = excluded.compared_at, equal = excluded.equal, different = excluded.different, missing = excluded.missing,
    extra = excluded.extra, fields = excluded.fields
returning equal, different, missing, extra, fields;

-- step: forget_samples
delete from pipelines.parity_difference where etl_source = %(source)s;

-- step: record_samples
insert into pipelines.parity_difference (run_key, etl_source, kind, resource_key, title, field, run_id, learn, ours)
select %(run_key)s, %(source)s, s.kind, s.resource_key, s.title, s.field, s.run_id, s.learn, s.ours
from (
    select w.*, row_number() over (partition by w.kind, w.field order by w.resource_key, w.run_id) as number
    from (
        select 'different' as kind, d.resource_key, u.title, d.field, nullif(d.run_id, '') as run_id, d.before as learn, d.after as ours
        from difference as d
        join compared_unit as u using (resource_key)
        union all
        select case when u.before_published then 'missing' else 'extra' end, u.resource_key, u.title, null, null, null, null
        from compared_unit as u
        where u.before_published <> u.after_published
    ) as w
) as s
where s.number <= %(samples)s
order by s.kind, s.field, s.resource_key, s.run_id;
