-- One row per course of edX.org that is or was MIT's, as a normalized record (sources.md 1.2, 2.1).

with {{ changed_records('(select * from ' ~ ref('stg_mit_edx__courses') ~ ' where was_mitx)') }},

courses as (

    select
        staged.*,
        changed.input_hash,
        {{ course_number_list(
            "select staged.readable_id as value, 1::bigint as position", '\\+([^.]*)\\.'
        ) }} as course_numbers,
        staged.is_removed
        or not staged.is_mitx
        or {{ edx_is_deleted('staged.title') }}
        or jsonb_array_length(staged.course_runs) = 0 as is_dropped
    from {{ ref('stg_mit_edx__courses') }} as staged
    inner join changed on staged.record_key = changed.record_key

),

course_run_sets as (

    select * from {{ ref('int_mit_edx__course_run_sets') }}
    where {{ only_keys('record_key', 'changed', 'record_key') }}

),

records as (

    select
        courses.record_key,
        courses.source_version_id,
        courses.input_hash,
        courses.modified_at,
        courses.is_dropped as is_removed,
        course_run_sets.valid_from,
        course_run_sets.next_change_at,
        {{ edx_constants() }} || jsonb_build_object(
            'readable_id', courses.readable_id,
            'resource_type', 'course',
            'title', courses.title,
            'description', courses.description,
            'full_description', courses.full_description,
            'last_modified', {{ utc_text('courses.modified_at') }},
            'url', coalesce(course_run_sets.page_url, {{ edx_course_page('courses.readable_id') }}),
            'image', {{ edx_image('courses.image') }},
            'topics', {{ mapped_topics(names_of('courses.subjects'), 'mitx') }},
            'departments', jsonb_path_query_array(courses.course_numbers, '$[*].department.department_id'),
            'course', jsonb_build_object('course_numbers', courses.course_numbers),
            'published', coalesce(course_run_sets.is_published, false),
            'certification', coalesce(course_run_sets.has_certification, false),
            'certification_type', case when course_run_sets.has_certification then 'completion' else 'none' end,
            'availability', course_run_sets.availability,
            'pace', coalesce(course_run_sets.pace, '["self_paced"]'::jsonb),
            'runs', coalesce(course_run_sets.runs, '[]'::jsonb)
        ) as record
    from courses
    left join course_run_sets on courses.record_key = course_run_sets.record_key

)

{{ normalized_rows('records', last_modified='modified_at', valid_from='valid_from', next_change_at='next_change_at') }}
