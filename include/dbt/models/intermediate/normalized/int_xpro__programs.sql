-- One row per xPRO program as a normalized record with the records of its courses (sources.md 1.2, 2.5).

with {{ changed_records(ref('stg_xpro__programs')) }},

courses as (

    select
        program_key,
        jsonb_agg(record order by position) as courses
    from {{ ref('int_xpro__course_records') }}
    where {{ only_keys('program_key', 'changed', 'record_key') }}
    group by program_key

),

programs as (

    select
        staged.*,
        changed.input_hash,
        labels.platform_code,
        {{ delivery_codes('staged.delivery_label') }} as delivery,
        coalesce(courses.courses, '[]'::jsonb) as course_records
    from {{ ref('stg_xpro__programs') }} as staged
    inner join changed on staged.record_key = changed.record_key
    left join courses on staged.record_key = courses.program_key
    left join {{ ref('platform_labels') }} as labels
        on staged.platform_label = labels.label and labels.etl_source = 'xpro'

),

records as (

    select
        *,
        jsonb_build_object(
            'readable_id', readable_id,
            'platform', platform_code,
            'title', title,
            'image', jsonb_build_object('url', thumbnail_url),
            'description', description,
            'url', url,
            'published', price is not null,
            'topics', {{ mapped_topics(xpro_topic_names('programs.topics'), 'xpro') }},
            'resource_type', 'program',
            'delivery', delivery,
            'availability', availability,
            'continuing_ed_credits', credits,
            'courses', course_records,
            'runs', jsonb_build_array(jsonb_build_object(
                'run_id', readable_id,
                'title', title,
                -- The run keeps the text as it was sent.
                'description', run_description,
                'start_date', {{ utc_text('coalesce(start_date, enrollment_start)') }},
                'end_date', {{ utc_text('end_date') }},
                'enrollment_start', {{ utc_text('enrollment_start') }},
                'prices', {{ usd_prices('price') }},
                'instructors', {{ instructor_names('programs.instructors') }},
                'availability', availability,
                'delivery', delivery,
                'pace', jsonb_build_array('self_paced'),
                'format', jsonb_build_array('asynchronous')
            ) || {{ effort_members('programs') }})
        ) || {{ xpro_constants() }} as record
    from programs

)

{{ normalized_rows(
    'records',
    former_keys=xpro_former_keys(
        'program', 'records.platform_code', 'records.readable_id', 'records.platform_labels_seen'
    )
) }}
