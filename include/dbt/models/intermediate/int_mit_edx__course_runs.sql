{{ config(materialized='ephemeral') }}

-- One row per run of an edX.org course, with the rules that look at one run (sources.md 2.1), and the course's marketing page, which is
-- that of its runs as well. Runs that are to be deleted are here too: they count for the course's availability and pace, as in Learn.

with courses as (

    select
        staged.*,
        {{ edx_marketing_url("coalesce(staged.marketing_url, latest.marketing_url)") }} as page_url
    from {{ ref('stg_mit_edx__courses') }} as staged
    left join lateral (
        select nullif(entries.run ->> 'marketing_url', '') as marketing_url
        from jsonb_array_elements(staged.course_runs) with ordinality as entries (run, position)
        where nullif(entries.run ->> 'marketing_url', '') is not null
        -- A run without a start is no obstacle: it comes last.
        order by {{ edx_moment("entries.run ->> 'start'") }} desc nulls last, entries.position
        limit 1
    ) as latest on true
    where staged.was_mitx

),

runs as (

    select
        courses.record_key,
        courses.page_url,
        courses.modified_at,
        entries.position,
        entries.run,
        entries.run ->> 'availability' as status,
        {{ edx_is_deleted("entries.run ->> 'title'") }} as is_deleted,
        {{ edx_is_published('entries.run') }} as is_published,
        {{ edx_availability('entries.run') }} as availability,
        {{ edx_availability_turn('entries.run') }} as moment,
        coalesce(nullif(entries.run ->> 'pacing_type', ''), 'self_paced') as pace
    from courses
    cross join lateral jsonb_array_elements(courses.course_runs) with ordinality as entries (run, position)

)

select
    record_key,
    position,
    page_url,
    status,
    is_deleted,
    is_published,
    availability,
    moment,
    pace,
    jsonb_build_object(
        'run_id', run ->> 'key',
        'title', run ->> 'title',
        'description', run ->> 'short_description',
        'full_description', run ->> 'full_description',
        'level', {{ edx_levels("run ->> 'level_type'") }},
        'languages', to_jsonb(array_remove(array[run ->> 'content_language'], null)),
        'semester', {{ semester_of_run("(run ->> 'key')") }},
        'year', coalesce(
            to_jsonb({{ year_of_run("(run ->> 'key')") }}), to_jsonb(left(nullif(run ->> 'start', ''), 4)), 'null'::jsonb
        ),
        'start_date', {{ utc_text(edx_moment("coalesce(nullif(run ->> 'start', ''), run ->> 'enrollment_start')")) }},
        'end_date', {{ utc_text(edx_moment("run ->> 'end'")) }},
        'enrollment_start', {{ utc_text(edx_moment("run ->> 'enrollment_start'")) }},
        'enrollment_end', {{ utc_text(edx_moment("run ->> 'enrollment_end'")) }},
        'last_modified', {{ utc_text('greatest(modified_at, ' ~ edx_moment("run ->> 'modified'") ~ ')') }},
        'published', is_published,
        'status', status,
        'availability', availability,
        'format', jsonb_build_array('asynchronous'),
        'pace', jsonb_build_array(pace),
        'url', coalesce(page_url, {{ edx_course_page("(run ->> 'key')") }}),
        'image', {{ edx_image("(run -> 'image')") }},
        'prices', {{ edx_prices(json_list("run -> 'seats'")) }},
        'instructors', (
            select
                coalesce(
                    jsonb_agg(
                        jsonb_build_object(
                            'first_name', persons.person ->> 'given_name', 'last_name', persons.person ->> 'family_name'
                        ) order by persons.position
                    ),
                    '[]'::jsonb
                )
            from jsonb_array_elements({{ json_list("run -> 'staff'") }}) with ordinality as persons (person, position)
        )
    ) || {{ edx_effort_members(
        whole_number("run ->> 'weeks_to_complete'"), whole_number("run ->> 'min_effort'"), whole_number("run ->> 'max_effort'")
    ) }} as run_record
from runs
