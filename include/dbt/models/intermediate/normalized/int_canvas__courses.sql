-- One row per course of Canvas as a normalized record (sources.md 2.14): never published, always in test mode, with one run.

with {{ changed_records(ref('stg_canvas__courses')) }},

records as (

    select
        staged.record_key,
        staged.source_version_id,
        staged.is_removed,
        staged.readable_id,
        staged.readable_ids_seen,
        changed.input_hash,
        jsonb_build_object(
            'readable_id', staged.readable_id,
            'platform', 'canvas',
            'etl_source', 'canvas',
            'resource_type', 'course',
            'title', staged.title,
            'url', 'https://' || staged.canvas_domain || '/courses/' || staged.course_id || '/',
            'published', false,
            'test_mode', true,
            'course', jsonb_build_object('course_numbers', '[]'::jsonb),
            'runs', jsonb_build_array(jsonb_build_object(
                'run_id', staged.readable_id || '+canvas',
                'title', staged.title,
                'start_date', {{ utc_text('staged.start_date') }},
                'end_date', {{ utc_text('staged.end_date') }},
                -- Runs of a resource in test mode are published, so that its files are read (sources.md 6.3).
                'published', true
            ))
        ) as record
    from {{ ref('stg_canvas__courses') }} as staged
    inner join changed on staged.record_key = changed.record_key

)

{{ normalized_rows(
    'records',
    former_keys="array(
        select 'canvas|course|' || seen.readable_id
        from unnest(records.readable_ids_seen) as seen (readable_id)
        where seen.readable_id != records.readable_id
        order by seen.readable_id
    )"
) }}
