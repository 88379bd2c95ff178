{{ config(materialized='ephemeral') }}

-- One row per course of an edX.org program, with what follows from its runs as the program has them (sources.md 2.2): availability, pace,
-- dates and price. A course that is kept out of edX's search adds no dates, and 0.00 to the price.

with courses as (

    select
        programs.record_key,
        entries.position,
        entries.course ->> 'key' as readable_id,
        {{ is_truthy("entries.course -> 'excluded_from_search'") }} as is_excluded,
        {{ json_list("entries.course -> 'course_runs'") }} as course_runs
    from {{ ref('stg_mit_edx__programs') }} as programs
    cross join lateral jsonb_array_elements(programs.courses) with ordinality as entries (course, position)
    where programs.was_mitx

),

run_sets as (

    select
        courses.record_key,
        courses.position,
        courses.readable_id,
        courses.is_excluded,
        run_sets.*
    from courses
    cross join lateral (
        select
            {{ edx_common_availability() }} as availability,
            {{ edx_common_pace() }} as pace,
            min(runs.start_date) filter (where runs.is_published) as start_date,
            max(runs.end_date) filter (where runs.is_published) as end_date,
            min(runs.enrollment_start) filter (where runs.is_published) as enrollment_start,
            max(runs.enrollment_end) filter (where runs.is_published) as enrollment_end,
            -- A run without a start is no obstacle: it comes last.
            (
                array_agg(runs.seats order by runs.start_date nulls last, runs.position) filter (where runs.is_published)
            )[1] as seats,
            array_remove(array_agg(runs.moment), null) as moments
        from (
            select
                entries.position,
                {{ edx_is_published('entries.run') }} as is_published,
                {{ edx_availability('entries.run') }} as availability,
                {{ edx_availability_turn('entries.run') }} as moment,
                coalesce(nullif(entries.run ->> 'pacing_type', ''), 'self_paced') as pace,
                {{ edx_moment("entries.run ->> 'start'") }} as start_date,
                {{ edx_moment("entries.run ->> 'end'") }} as end_date,
                {{ edx_moment("entries.run ->> 'enrollment_start'") }} as enrollment_start,
                {{ edx_moment("entries.run ->> 'enrollment_end'") }} as enrollment_end,
                {{ json_list("entries.run -> 'seats'") }} as seats
            from jsonb_array_elements(courses.course_runs) with ordinality as entries (run, position)
        ) as runs
    ) as run_sets

)

select
    record_key,
    position,
    readable_id,
    availability,
    pace,
    moments,
    case when not is_excluded then start_date end as start_date,
    case when not is_excluded then end_date end as end_date,
    case when not is_excluded then enrollment_start end as enrollment_start,
    case when not is_excluded then enrollment_end end as enrollment_end,
    -- The cheapest seat of the earliest run that is not free; nothing when all are.
    case
        when is_excluded then 0.00
        else coalesce(
            (
                select min((entries.seat ->> 'price')::numeric)
                from jsonb_array_elements(run_sets.seats) as entries (seat)
                where (entries.seat ->> 'price')::numeric != 0
            ),
            0.00
        )
    end as price,
    case when not is_excluded then seats #>> '{0,currency}' end as currency
from run_sets
