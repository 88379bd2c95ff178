{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='resource_key',
    indexes=[{'columns': ['resource_key'], 'unique': true}, {'columns': ['built_at']}]
) }}

-- One row per resource as Learn's loader would store it (sources.md 6.2 to 6.4): what was normalized, with everything that the loader
-- forces, defaults, looks up or derives from runs. The marts only lay this row out as tables.

with claims as (

    select
        resource_key,
        source_key,
        child_resource_keys,
        is_removed,
        is_published,
        last_modified,
        content_hash
    from {{ ref('int_resources__normalized') }}

    union all

    -- A resource that its record is no longer behind stays known, as removed: it was delivered under that key.
    select
        former.resource_key,
        normalized.source_key,
        array[]::text[] as child_resource_keys,
        true as is_removed,
        false as is_published,
        normalized.last_modified,
        normalized.content_hash
    from {{ ref('int_resources__normalized') }} as normalized
    cross join lateral unnest(normalized.former_resource_keys) as former (resource_key)

),

-- Two records with one key (an OCW course published in two folders): the one that is there, then the one modified later.
winners as (

    select distinct on (claims.resource_key) claims.*
    from claims
    inner join {{ ref('platforms') }} as platforms on split_part(claims.resource_key, '|', 1) = platforms.code
    order by claims.resource_key, claims.is_removed, claims.last_modified desc nulls last, claims.source_key

),

-- Children are fetched, not loaded, with their program: a course counts while it is published, a program while it is known.
children as (

    select
        winners.resource_key,
        children.child_resource_key,
        children.mention
    from winners
    cross join lateral unnest(winners.child_resource_keys) with ordinality as children (child_resource_key, mention)
    inner join winners as known on children.child_resource_key = known.resource_key
    where
        children.child_resource_key != winners.resource_key
        and (known.is_published or split_part(children.child_resource_key, '|', 2) = 'program')

),

child_sets as (

    select
        resource_key,
        array_agg(child_resource_key order by mention) as child_resource_keys
    from children
    group by resource_key

),

inputs as (

    select
        winners.resource_key,
        winners.source_key,
        winners.is_removed,
        winners.is_published,
        md5(concat_ws(
            '|',
            winners.source_key,
            winners.is_removed,
            winners.content_hash,
            child_sets.child_resource_keys,
            best_runs.best_run_id,
            best_runs.next_start_date,
            taxonomy.taxonomy_hash,
            offerors.codes,
            '{{ code_hash() }}'
        )) as input_hash
    from winners
    left join {{ ref('int_resources__best_runs') }} as best_runs on winners.source_key = best_runs.source_key
    left join child_sets on winners.resource_key = child_sets.resource_key
    cross join {{ taxonomy_hash() }} as taxonomy
    cross join (select string_agg(code, ',' order by code) as codes from {{ ref('offerors') }}) as offerors

),

changed as (

    select inputs.*
    from inputs
    {% if is_incremental() %}
        left join {{ this }} as kept on inputs.resource_key = kept.resource_key
        where kept.input_hash is distinct from inputs.input_hash
    {% endif %}

),

records as (

    select
        normalized.*,
        changed.resource_key as key,
        changed.is_removed as is_gone,
        changed.is_published as published,
        coalesce(normalized.certification, false) as has_certification,
        normalized.record -> 'runs' as given_runs,
        best_runs.best_run_id,
        best_runs.next_start_date
    from changed
    inner join {{ ref('int_resources__normalized') }} as normalized on changed.source_key = normalized.source_key
    left join {{ ref('int_resources__best_runs') }} as best_runs on changed.source_key = best_runs.source_key

),

-- A run id given twice is one run: the loader writes the later over the earlier.
given_runs as (

    select distinct on (records.key, entries.run ->> 'run_id')
        records.key,
        records.has_certification,
        records.title as resource_title,
        entries.position,
        entries.run
    from records
    cross join lateral jsonb_array_elements(records.given_runs) with ordinality as entries (run, position)
    order by records.key, entries.run ->> 'run_id', entries.position desc

),

priced_runs as (

    select
        *,
        -- Nothing can be bought for a run that is over, or without a certificate.
        case
            when has_certification and coalesce(run ->> 'status', '') != 'Archived' then {{ json_list("run -> 'prices'") }}
            else '[]'::jsonb
        end as kept_prices
    from given_runs

),

loadable_runs as (

    select
        key,
        position,
        run,
        (
            select
                coalesce(jsonb_agg(distinct jsonb_build_object(
                    'amount', (prices.price ->> 'amount')::numeric(12, 2), 'currency', prices.price ->> 'currency'
                )), '[]'::jsonb)
            from jsonb_array_elements(kept_prices) as prices (price)
        ) as prices,
        {{ loadable_instructors("run -> 'instructors'") }} as instructors,
        resource_title
    from priced_runs

),

run_sets as (

    select
        key,
        jsonb_agg(
            run || jsonb_build_object(
                'title', coalesce(run ->> 'title', resource_title),
                'published', coalesce((run ->> 'published')::boolean, true),
                'prices', prices,
                'instructors', instructors
            ) order by position
        ) as runs
    from loadable_runs
    group by key

),

taxonomy as (

    {{ topics_with_ancestors() }}

),

relations as (

    {{ program_relations('records', 'child_sets') }}

),

relation_sets as (

    select
        resource_key,
        jsonb_agg(
            jsonb_build_object(
                'child_resource_key', child_resource_key, 'relation_type', relation_type, 'position', position
            ) order by position, child_resource_key
        ) as children
    from relations
    group by resource_key

),

best_run_facts as (

    select
        records.key,
        entries.run
    from records
    inner join run_sets on records.key = run_sets.key
    cross join lateral jsonb_array_elements(run_sets.runs) as entries (run)
    where entries.run ->> 'run_id' = records.best_run_id

),

content as (

    select
        records.key as resource_key,
        records.etl_source,
        split_part(records.key, '|', 1) as platform_code,
        records.resource_type,
        {{ readable_id_of('records.key') }} as readable_id,
        records.is_gone as is_removed,
        records.published,
        records.title,
        records.description,
        records.full_description,
        records.last_modified,
        records.languages,
        records.url,
        coalesce(records.resource_category, initcap(replace(records.resource_type, '_', ' '))) as resource_category,
        offerors.code as offered_by_code,
        coalesce(records.professional, false) as professional,
        records.has_certification as certification,
        coalesce(records.certification_type, 'none') as certification_type,
        coalesce(records.completeness, 1.0) as completeness,
        coalesce(records.delivery, array['online']) as delivery,
        coalesce(records.format, array['asynchronous']) as format,
        coalesce(records.pace, array['self_paced']) as pace,
        coalesce(records.ocw_topics, array[]::text[]) as ocw_topics,
        records.continuing_ed_credits,
        coalesce(records.license_cc, false) as license_cc,
        coalesce(records.force_ingest, false) as force_ingest,
        {{ image_columns("(records.record -> 'image')") }},
        records.record #> '{course,course_numbers}' as course_numbers,
        coalesce(run_sets.runs, '[]'::jsonb) as runs,
        records.best_run_id,
        case when records.published then records.next_start_date end as next_start_date,
        -- What the resource shows of its best run. Learn keeps the old values while there is none; a function of the input cannot.
        case
            when best_run_facts.run is null then records.availability
            else best_run_facts.run ->> 'availability'
        end as availability,
        coalesce(best_run_facts.run ->> 'location', '') as location,
        coalesce(best_run_facts.run ->> 'duration', '') as duration,
        coalesce(best_run_facts.run ->> 'time_commitment', '') as time_commitment,
        (best_run_facts.run ->> 'min_weeks')::integer as min_weeks,
        (best_run_facts.run ->> 'max_weeks')::integer as max_weeks,
        (best_run_facts.run ->> 'min_weekly_hours')::integer as min_weekly_hours,
        (best_run_facts.run ->> 'max_weekly_hours')::integer as max_weekly_hours,
        coalesce(best_run_facts.run -> 'prices', '[]'::jsonb) as prices,
        array(
            select distinct taxonomy.ancestor_name
            from jsonb_array_elements(records.record -> 'topics') as topics (topic)
            inner join taxonomy on topics.topic ->> 'name' = taxonomy.name
            order by taxonomy.ancestor_name
        ) as topics,
        array(
            select departments.department_id
            from {{ ref('departments') }} as departments
            where departments.department_id = any(records.departments)
            order by departments.department_id collate "C"
        ) as departments,
        array(
            select distinct tags.tag
            from unnest(records.content_tags) as tags (tag)
            where tags.tag != ''
            order by tags.tag
        ) as tags,
        coalesce(relation_sets.children, '[]'::jsonb) as children,
        array_remove(array[
            'runs',
            case when records.given_runs @? '$[*].prices' then 'prices' end,
            case when records.given_runs @? '$[*].instructors' then 'instructors' end,
            case when records.record ? 'topics' then 'topics' end,
            case when records.record ? 'departments' then 'departments' end,
            case when records.record ? 'content_tags' then 'tags' end,
            case when records.record ? 'image' then 'image' end,
            case when records.record ? 'courses' then 'relationships' end,
            case when records.completeness is not null then 'completeness' end
        ], null) as provided
    from records
    left join run_sets on records.key = run_sets.key
    left join best_run_facts on records.key = best_run_facts.key
    left join relation_sets on records.key = relation_sets.resource_key
    left join {{ ref('offerors') }} as offerors on records.offered_by_code = offerors.code

),

hashed as (

    select
        content.*,
        md5(to_jsonb(content)::text) as unit_hash
    from content

)

-- A row that says the same as before keeps its stamp.
select
    hashed.*,
    changed.source_key,
    changed.input_hash,
    {% if is_incremental() %}
        case when kept.unit_hash = hashed.unit_hash then kept.built_at else {{ next_stamp() }} end as built_at
    {% else %}
        {{ next_stamp() }} as built_at
    {% endif %}
from hashed
inner join changed on hashed.resource_key = changed.resource_key
{% if is_incremental() %}
    left join {{ this }} as kept on hashed.resource_key = kept.resource_key
{% endif %}
