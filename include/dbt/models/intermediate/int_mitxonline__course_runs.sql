{{ config(materialized='ephemeral') }}

-- One row per run of a MITx Online course, with the rules that look at one run: variants, enrollability, status, prices (sources.md 2.3).

with courses as (

    select * from {{ ref('stg_mitxonline__courses') }}

),

runs as (

    select
        courses.*,
        entries.position,
        entries.run,
        nullif(entries.run -> 'enrollment_modes', 'null'::jsonb) as enrollment_modes,
        {{ json_object("entries.run -> 'page'") }} as run_page,
        {{ utc_moment("entries.run ->> 'start_date'") }} as given_start_date,
        {{ utc_moment("entries.run ->> 'end_date'") }} as end_date,
        {{ utc_moment("entries.run ->> 'enrollment_start'") }} as enrollment_start,
        {{ utc_moment("entries.run ->> 'enrollment_end'") }} as enrollment_end,
        {{ is_truthy("entries.run -> 'is_enrollable'") }} as is_enrollable,
        {{ is_truthy("entries.run -> 'b2b_contract'") }} as is_b2b
    from courses
    cross join lateral jsonb_array_elements(courses.course_runs) with ordinality as entries (run, position)
    where jsonb_typeof(entries.run) = 'object'

),

-- The variant that a run's language stands for decides whether the run is the course itself or a translation of it.
variants as (

    select
        runs.*,
        coalesce(runs.given_start_date, runs.enrollment_start) as start_date,
        runs.is_b2b or coalesce(
            (
                select {{ is_truthy("variant_sets.variant -> 'default_variant'") }} is false
                from jsonb_array_elements(runs.variant_sets) with ordinality as variant_sets (variant, position)
                where variant_sets.variant ->> 'language' = nullif(runs.run ->> 'language', '')
                order by variant_sets.position
                limit 1
            ),
            false
        ) as is_variant,
        -- Until when a certificate can still be had, to the instant.
        coalesce(runs.enrollment_end, runs.end_date) as certifiable_until
    from runs

),

enrollability as (

    select
        *,
        is_enrollable and is_live and not is_variant as is_published,
        is_enrollable and (not run ? 'published' or {{ is_truthy("run -> 'published'") }}) as is_open_in_principle,
        coalesce(certifiable_until >= {{ as_of() }}, true) as is_in_time
    from variants

),

judged as (

    select
        *,
        is_open_in_principle and is_in_time as is_fully_enrollable,
        case when is_open_in_principle and is_in_time and page_url is not null then 'Current' else 'Archived' end as status,
        -- The first instant after the last one at which a certificate can be had.
        case when is_open_in_principle then certifiable_until + interval '1 microsecond' end as moment
    from enrollability

),

typed as (

    select
        judged.*,
        run ->> 'courseware_id' as run_id,
        run ->> 'title' as run_title,
        nullif(run ->> 'course_number', '') as course_number,
        {{ mitxonline_modes_certify('enrollment_modes') }} as can_certify,
        {{ mitxonline_prices('is_fully_enrollable', 'min_price', 'max_price', 'enrollment_modes') }} as prices,
        case when {{ is_truthy("run -> 'is_self_paced'") }} then 'self_paced' else 'instructor_paced' end as pace
    from judged

)

select
    record_key,
    position,
    run_id,
    course_number,
    is_published,
    is_variant,
    status,
    can_certify,
    prices,
    pace,
    start_date,
    moment,
    jsonb_build_object(
        'run_id', run_id,
        'title', run_title,
        'description', {{ cleaned_html("run_page ->> 'description'") }},
        'url', {{ mitxonline_course_url('typed') }},
        'published', is_published,
        'start_date', {{ utc_text('start_date') }},
        'end_date', {{ utc_text('end_date') }},
        'enrollment_start', {{ utc_text('enrollment_start') }},
        'enrollment_end', {{ utc_text('enrollment_end') }},
        'image', {{ mitxonline_image("(run_page ->> 'feature_image_src')") }},
        'prices', prices,
        'instructors', {{ instructor_names('typed.instructors') }},
        'status', status,
        'availability', availability,
        'format', jsonb_build_array('asynchronous'),
        'pace', jsonb_build_array(pace),
        'is_b2b', is_b2b,
        'is_variant', is_variant
    ) || {{ effort_members('typed') }} as run_record
from typed
