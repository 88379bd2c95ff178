-- One row per Open Learning Library course as a normalized record (sources.md 1.2, 2.8).

with {{ changed_records(ref('stg_oll__courses'), inputs=["'" ~ var('oll_trim_topics') ~ "'"]) }},

courses as (

    select
        *,
        jsonb_build_object('url', image_url, 'alt', title) as image
    from changed_rows

),

records as (

    select
        -- This one is in the catalogue of OpenCourseWare already.
        is_removed or run_id = 'OCW+18.031+2019_Spring' as is_removed,
        record_key,
        source_version_id,
        input_hash,
        readable_id,
        readable_ids_seen,
        jsonb_build_object(
            'readable_id', readable_id,
            'platform', 'oll',
            'etl_source', 'oll',
            'offered_by', jsonb_build_object('code', case when is_of_ocw then 'ocw' else 'mitx' end),
            'title', title,
            'description', description,
            'full_description', description,
            'url', url,
            'image', image,
            'published', is_published,
            'topics', {{ oll_topics('courses.topics') }},
            'course', jsonb_build_object(
                'course_numbers', {{ course_number_list(
                    'select course_number as value, 1::bigint as position', '\\+([^.]*)\\.'
                ) }}
            ),
            'availability', 'anytime',
            'pace', jsonb_build_array('self_paced'),
            'format', jsonb_build_array('asynchronous'),
            'runs', jsonb_build_array(jsonb_build_object(
                'run_id', run_id,
                'title', title,
                'description', description,
                'url', url,
                'image', image,
                'published', is_published,
                'level', (
                    select coalesce(jsonb_agg(levels.code), '[]'::jsonb)
                    from {{ level_codes() }}
                    where levels.label = courses.level_label
                ),
                'year', year,
                'semester', semester,
                'instructors', {{ instructor_names('to_jsonb(courses.instructors)') }},
                'status', 'Archived',
                'availability', 'anytime',
                'pace', jsonb_build_array('self_paced'),
                'format', jsonb_build_array('asynchronous'),
                'duration', coalesce(weeks || ' weeks', ''),
                'min_weeks', weeks,
                'max_weeks', weeks,
                'time_commitment', coalesce(weekly_hours || ' hours/week', ''),
                'min_weekly_hours', weekly_hours,
                'max_weekly_hours', weekly_hours
            ))
        ) as record
    from courses

)

{{ normalized_rows('records', resource_type="'course'", former_keys=former_id_keys('oll|course')) }}
