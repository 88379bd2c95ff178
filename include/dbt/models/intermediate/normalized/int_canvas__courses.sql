-- One row per course of Canvas as a normalized record (sources.md 2.14): never published, always in test mode, with one run.

with {{ changed_records(ref('stg_canvas__courses')) }},

records as (

    select
        staged.*,
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
    from changed_rows as staged

)

{{ normalized_rows('records', former_keys=former_id_keys('canvas|course')) }}
