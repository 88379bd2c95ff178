{{ config(materialized='ephemeral') }}

-- The runs of each MIT Professional Education resource, which of them can still be joined, and when that changes (sources.md 2.7).

with runs as (

    select
        staged.record_key,
        entries.position,
        entries.run_id,
        {{ eastern_moment('entries.start_date') }} as start_date,
        {{ eastern_moment('entries.end_date') }} as end_date,
        {{ eastern_moment('entries.enrollment_end_date') }} as enrollment_end
    from {{ ref('stg_mitpe__resources') }} as staged
    cross join
        lateral unnest(staged.run_ids, staged.start_dates, staged.end_dates, staged.enrollment_end_dates)
        with ordinality as entries (run_id, start_date, end_date, enrollment_end_date, position)
    where
        entries.run_id != ''
        -- The four lists belong together as far as the shortest of them goes.
        and entries.position <= least(
            cardinality(staged.run_ids),
            cardinality(staged.start_dates),
            cardinality(staged.end_dates),
            cardinality(staged.enrollment_end_dates)
        )
        -- A day that no calendar has says nothing about its run.
        and not exists (
            select 1
            from unnest(array[entries.start_date, entries.end_date, entries.enrollment_end_date]) as dates (given_date)
            where dates.given_date != '' and not pg_input_is_valid(dates.given_date, 'date')
        )

)

select
    *,
    coalesce(coalesce(enrollment_end, end_date) >= {{ as_of() }}, true) as is_open,
    -- The first instant after the last one at which the run can be joined.
    coalesce(enrollment_end, end_date) + interval '1 microsecond' as moment
from runs
