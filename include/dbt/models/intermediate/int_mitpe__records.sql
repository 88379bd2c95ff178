{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key',
    indexes=[{'columns': ['record_key'], 'unique': true}]
) }}

-- One row per course or program of MIT Professional Education as a normalized record, a program still without its courses
-- (sources.md 1.2, 2.7). What has no run that can be joined is removed, by the clock alone when its last run passes.

with {{ changed_records(ref('stg_mitpe__resources')) }},

run_sets as (

    select
        changed_rows.record_key,
        jsonb_agg(
            jsonb_build_object(
                'run_id', runs.run_id,
                'title', changed_rows.title,
                'description', changed_rows.description,
                'url', {{ url_join(var('mitpe_base_url'), 'changed_rows.path') }},
                'start_date', {{ utc_text('runs.start_date') }},
                'end_date', {{ utc_text('runs.end_date') }},
                'enrollment_end', {{ utc_text('runs.enrollment_end') }},
                'published', true,
                'prices', {{ usd_prices('changed_rows.price') }},
                'instructors', {{ instructor_names('to_jsonb(changed_rows.instructors)') }},
                'format', jsonb_build_array('asynchronous'),
                'pace', jsonb_build_array('instructor_paced'),
                'availability', 'dated',
                'delivery', changed_rows.delivery,
                'location', changed_rows.location,
                'duration', changed_rows.duration,
                'min_weeks', changed_rows.min_weeks,
                'max_weeks', changed_rows.max_weeks
            ) order by runs.position
        ) filter (where runs.is_open) as runs,
        {{ clock_bounds() }}
    from changed_rows
    inner join {{ ref('int_mitpe__runs') }} as runs on changed_rows.record_key = runs.record_key
    where {{ only_keys('runs.record_key', 'changed', 'record_key') }}
    group by changed_rows.record_key

)

select
    changed_rows.record_key,
    changed_rows.source_version_id,
    changed_rows.input_hash,
    changed_rows.is_removed or run_sets.runs is null as is_removed,
    changed_rows.resource_type,
    changed_rows.types_seen,
    changed_rows.title,
    changed_rows.course_titles,
    {{ mitpe_members('changed_rows') }}
    || jsonb_build_object('runs', coalesce(run_sets.runs, '[]'::jsonb))
    || case
        when changed_rows.resource_type = 'course' then '{"course": {"course_numbers": []}}'::jsonb
        else '{}'::jsonb
    end as record,
    run_sets.valid_from,
    run_sets.next_change_at
from changed_rows
left join run_sets on changed_rows.record_key = run_sets.record_key
