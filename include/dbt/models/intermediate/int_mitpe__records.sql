{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key',
    indexes=[{'columns': ['record_key'], 'unique': true}]
) }}

-- One row per course or program of MIT Professional Education as a normalized record, a program still without its courses
-- (sources.md 1.2, 2.7). What has no run that can be joined is removed, by the clock alone when its last run passes.

with {{ changed_records(ref('stg_mitpe__resources')) }},

resources as (

    select
        staged.*,
        changed.input_hash
    from {{ ref('stg_mitpe__resources') }} as staged
    inner join changed on staged.record_key = changed.record_key

),

run_sets as (

    select
        resources.record_key,
        jsonb_agg(
            jsonb_build_object(
                'run_id', runs.run_id,
                'title', resources.title,
                'description', resources.description,
                'url', {{ url_join(var('mitpe_base_url'), 'resources.path') }},
                'start_date', {{ utc_text('runs.start_date') }},
                'end_date', {{ utc_text('runs.end_date') }},
                'enrollment_end', {{ utc_text('runs.enrollment_end') }},
                'published', true,
                'prices', {{ usd_prices('resources.price') }},
                'instructors', {{ instructor_names('to_jsonb(resources.instructors)') }},
                'format', jsonb_build_array('asynchronous'),
                'pace', jsonb_build_array('instructor_paced'),
                'availability', 'dated',
                'delivery', resources.delivery,
                'location', resources.location,
                'duration', resources.duration,
                'min_weeks', resources.min_weeks,
                'max_weeks', resources.max_weeks
            ) order by runs.position
        ) filter (where runs.is_open) as runs,
        {{ clock_bounds() }}
    from resources
    inner join {{ ref('int_mitpe__runs') }} as runs on resources.record_key = runs.record_key
    where {{ only_keys('runs.record_key', 'changed', 'record_key') }}
    group by resources.record_key

)

select
    resources.record_key,
    resources.source_version_id,
    resources.input_hash,
    resources.is_removed or run_sets.runs is null as is_removed,
    resources.resource_type,
    resources.types_seen,
    resources.title,
    resources.course_titles,
    {{ mitpe_members('resources') }}
    || jsonb_build_object('runs', coalesce(run_sets.runs, '[]'::jsonb))
    || case
        when resources.resource_type = 'course' then '{"course": {"course_numbers": []}}'::jsonb
        else '{}'::jsonb
    end as record,
    run_sets.valid_from,
    run_sets.next_change_at
from resources
left join run_sets on resources.record_key = run_sets.record_key
