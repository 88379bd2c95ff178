{{ config(materialized='ephemeral') }}

-- Every xPRO course as a normalized record (sources.md 1.2, 2.5), wherever it stands: in the course list (in_program is null), or
-- written out whole inside a program.

with payloads as (

    select
        record_key as course_key,
        null::text as program_key,
        null::bigint as position,
        description,
        course
    from {{ ref('stg_xpro__courses') }}

    union all

    select
        null::text as course_key,
        programs.record_key as program_key,
        entries.position,
        {{ cleaned_html("entries.course ->> 'description'") }} as description,
        entries.course
    from {{ ref('stg_xpro__programs') }} as programs
    cross join lateral jsonb_array_elements(programs.courses) with ordinality as entries (course, position)

),

typed as (

    select
        payloads.course_key,
        payloads.program_key,
        payloads.position,
        payloads.description,
        payloads.course,
        labels.platform_code,
        {{ json_list("payloads.course -> 'courseruns'") }} as course_runs,
        {{ delivery_codes("payloads.course ->> 'format'") }} as delivery,
        {{ effort_columns('payloads.course') }}
    from payloads
    left join {{ ref('platform_labels') }} as labels
        on payloads.course ->> 'platform' = labels.label and labels.etl_source = 'xpro'

),

runs as (

    select
        typed.*,
        (
            select
                coalesce(jsonb_agg(
                    jsonb_build_object(
                        'run_id', entries.run ->> 'courseware_id',
                        'title', entries.run ->> 'title',
                        'start_date', {{ utc_text(utc_moment(
                            "coalesce(nullif(entries.run ->> 'start_date', ''), entries.run ->> 'enrollment_start')"
                        )) }},
                        'end_date', {{ utc_text(utc_moment("entries.run ->> 'end_date'")) }},
                        'enrollment_start', {{ utc_text(utc_moment("entries.run ->> 'enrollment_start'")) }},
                        'enrollment_end', {{ utc_text(utc_moment("entries.run ->> 'enrollment_end'")) }},
                        'published', {{ is_truthy("entries.run -> 'current_price'") }},
                        'prices', {{ usd_prices(xpro_price('entries.run')) }},
                        'instructors', {{ instructor_names(json_list("entries.run -> 'instructors'")) }},
                        'availability', typed.course ->> 'availability',
                        'delivery', typed.delivery,
                        'pace', jsonb_build_array('self_paced'),
                        'format', jsonb_build_array('asynchronous')
                    ) || {{ effort_members('typed') }}
                    order by entries.position
                ), '[]'::jsonb)
            from jsonb_array_elements(typed.course_runs) with ordinality as entries (run, position)
        ) as runs
    from typed

)

select
    course_key,
    program_key,
    position,
    platform_code,
    course ->> 'readable_id' as readable_id,
    jsonb_build_object(
        'readable_id', course ->> 'readable_id',
        'platform', platform_code,
        'title', course ->> 'title',
        'image', jsonb_build_object('url', course ->> 'thumbnail_url'),
        'description', description,
        'url', course ->> 'url',
        'published', runs @> '[{"published": true}]',
        'topics', {{ mapped_topics(xpro_topic_names(json_list("course -> 'topics'")), 'xpro') }},
        'runs', runs,
        'resource_type', 'course',
        'delivery', delivery,
        'course', jsonb_build_object(
            'course_numbers', {{ course_number_list(
                "select course ->> 'readable_id' as value, 1::bigint as position", '\\+([^.]*)\\.'
            ) }}
        ),
        'availability', course ->> 'availability',
        'continuing_ed_credits', (course ->> 'credits')::numeric
    ) || {{ xpro_constants() }} as record
from runs
