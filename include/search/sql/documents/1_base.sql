-- The search documents of the published resources among the given ids, one row each: id, type, JSON text, unknown codes.
-- The files of this folder are one statement, in the order of their names. Shape and rules: target_model 2.6. Everything is json (not jsonb) aggregated with json_agg over json values, which writes
-- no line breaks: the text goes into a bulk request as one line, as it is.
with resource as materialized (
    select *
    from learning_resources_learningresource
    where id = any(%(ids)s) and published
),

-- Runs that learners may see: neither unpublished nor variants (business-to-business copies of another run).
run as materialized (
    select public_run.*
    from learning_resources_learningresourcerun as public_run
    where public_run.learning_resource_id = any(%(ids)s) and public_run.published and not public_run.is_variant
),

label as materialized (
    select *
    from unnest(%(label_kinds)s::text[], %(label_codes)s::text[], %(label_names)s::text[]) as given (kind, code, name)
),

channel as materialized (
    select *
    from unnest(%(channel_kinds)s::text[], %(channel_keys)s::text[], %(channel_urls)s::text[]) as given (kind, key, url)
),

-- Arrays of codes repeat from row to row ({online}, {self_paced}): each distinct array is rendered once.
coded as materialized (
    select
        used.kind,
        used.codes,
        coalesce(
            json_agg(json_build_object('code', item.code, 'name', label.name) order by item.position)
                filter (where item.code is not null),
            '[]'
        ) as rendered,
        string_agg(used.kind || ' ' || item.code, ', ' order by item.position)
            filter (where item.code is not null and label.code is null) as unknown
    from (
        select 'certification_type' as kind, array[certification_type::text] as codes from resource
        union select 'delivery', delivery::text[] from resource
        union select 'format', format::text[] from resource
        union select 'pace', pace::text[] from resource
        union select 'delivery', delivery::text[] from run
        union select 'format', format::text[] from run
        union select 'pace', pace::text[] from run
        union select 'level', level::text[] from run
    ) as used
    left join lateral unnest(used.codes) with ordinality as item (code, position) on true
    left join label on label.kind = used.kind and label.code = item.code
    group by used.kind, used.codes
),
