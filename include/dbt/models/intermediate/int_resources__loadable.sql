{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='resource_key',
    indexes=[{'columns': ['resource_key'], 'unique': true}, {'columns': ['built_at']}]
) }}

-- One row per resource as Learn's loader would store it (sources.md 6.2 to 6.4): what was normalized, with everything that the loader
-- forces, defaults, looks up or derives from runs. The marts only lay this row out as tables.

with current_resources as (

    {{ current_resources() }}

),

children as (

    {{ known_children('current_resources') }}

),

playlist_topics as (

    {{ playlist_topics('current_resources', 'children') }}

),

inputs as (

    select
        current_resources.resource_key,
        current_resources.source_key,
        current_resources.is_removed,
        current_resources.is_published,
        md5(concat_ws(
            '|',
            current_resources.source_key,
            current_resources.is_removed,
            current_resources.is_published,
            current_resources.content_hash,
            children.child_resource_keys,
            children.adopted,
            playlist_topics.topics,
            best_runs.best_run_id,
            best_runs.next_start_date,
            taxonomy.taxonomy_hash,
            offerors.codes,
            '{{ code_hash() }}'
        )) as input_hash
    from current_resources
    left join {{ ref('int_resources__best_runs') }} as best_runs on current_resources.source_key = best_runs.source_key
    left join children on current_resources.resource_key = children.resource_key
    left join playlist_topics on current_resources.resource_key = playlist_topics.resource_key
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
        best_runs.next_start_date,
        coalesce(normalized.topics, playlist_topics.topics) as given_topics
    from changed
    inner join {{ ref('int_resources__normalized') }} as normalized on changed.source_key = normalized.source_key
    left join {{ ref('int_resources__best_runs') }} as best_runs on changed.source_key = best_runs.source_key
    left join playlist_topics on changed.resource_key = playlist_topics.resource_key and normalized.resource_type = 'video_playlist'

),

run_sets as (

    {{ loadable_run_sets('records') }}

),

taxonomy as (

    {{ topics_with_ancestors() }}

),

relations as (

    {{ child_relations('records', 'children') }}

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
        -- What only its type has: the members of its own name, and who a playlist belongs to.
        case
            when records.resource_type in ('course', 'video', 'podcast', 'podcast_episode')
                then {{ json_object('records.record -> records.resource_type') }}
            when records.resource_type = 'video_playlist'
                then jsonb_build_object(
                    'channel', records.record #> '{loader,channel}',
                    'parent_resource_key', {{ named_resource_key("(records.record #> '{loader,parent}')", 'null', 'null') }}
                )
            else '{}'::jsonb
        end as detail,
        (records.record #>> '{loader,created_on}')::timestamptz as source_created_at,
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
            from jsonb_array_elements(records.given_topics) as topics (topic)
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
            case when records.given_topics is not null then 'topics' end,
            case when records.record ? 'departments' then 'departments' end,
            case when records.record ? 'content_tags' then 'tags' end,
            case when records.record ? 'image' then 'image' end,
            case
                when records.record ?| array['courses', 'episodes', 'videos'] or records.record #> '{loader,children}' is not null
                    then 'relationships'
            end,
            case when records.completeness is not null then 'completeness' end,
            case when {{ is_truthy("records.record -> 'test_mode'") }} then 'test_mode' end
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
