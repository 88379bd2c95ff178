-- One row per MITx Online course as a normalized record (sources.md 1.2, 2.3).

with {{ changed_records(ref('stg_mitxonline__courses')) }},

course_run_sets as (

    select * from {{ ref('int_mitxonline__course_run_sets') }}
    where {{ only_keys('record_key', 'changed', 'record_key') }}

),

normalized as (

    select
        changed_rows.*,
        coalesce(course_run_sets.has_certification, false) as has_certification,
        course_run_sets.valid_from,
        course_run_sets.next_change_at,
        course_run_sets.course_numbers,
        coalesce(course_run_sets.pace, '[]'::jsonb) as pace,
        coalesce(course_run_sets.runs, '[]'::jsonb) as runs,
        changed_rows.page_url is not null
        and changed_rows.is_live
        and changed_rows.is_in_learn_catalog
        and coalesce(course_run_sets.has_published_run, false) as is_published
    from changed_rows
    left join course_run_sets on changed_rows.record_key = course_run_sets.record_key

),

records as (

    select
        record_key,
        course_id,
        is_live,
        source_version_id,
        input_hash,
        valid_from,
        next_change_at,
        is_removed or title ~* 'PROCTORED EXAM' as is_removed,
        {{ mitxonline_members() }} || jsonb_build_object(
            'readable_id', readable_id,
            'platform', 'mitxonline',
            'etl_source', 'mitxonline',
            'resource_type', 'course',
            'title', title,
            'description', description,
            'url', {{ mitxonline_course_url('normalized') }},
            'image', {{ mitxonline_image('image_path') }},
            'offered_by', jsonb_build_object('code', 'mitx'),
            'topics', {{ mapped_topics(names_of('normalized.topics'), 'mitx') }},
            'departments', {{ department_ids(names_of('normalized.departments')) }},
            'course', jsonb_build_object(
                'course_numbers', {{ course_number_list(
                    distinct_in_order('normalized.course_numbers'), '\\+([^.]*)\\.'
                ) }}
            ),
            'runs', runs,
            'published', is_published,
            'force_ingest', force_ingest
        ) as record
    from normalized

)

{{ normalized_rows('records', valid_from='valid_from', next_change_at='next_change_at', more=['course_id', 'is_live']) }}
