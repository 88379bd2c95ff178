-- Of each record: the run that Learn shows for it, when the next one starts, and between which moments that answer holds
-- (sources.md 6.3). Only public runs count: published, and not a variant of the course.

with runs as (

    select
        normalized.source_key,
        entries.position,
        entries.run ->> 'run_id' as run_id,
        (entries.run ->> 'start_date')::timestamptz as start_date,
        (entries.run ->> 'end_date')::timestamptz as end_date,
        (entries.run ->> 'enrollment_start')::timestamptz as enrollment_start,
        (entries.run ->> 'enrollment_end')::timestamptz as enrollment_end
    from {{ ref('int_resources__normalized') }} as normalized
    cross join lateral jsonb_array_elements(normalized.runs) with ordinality as entries (run, position)
    where
        coalesce((entries.run ->> 'published')::boolean, true)
        and not coalesce((entries.run ->> 'is_variant')::boolean, false)

),

classified as (

    select
        *,
        case
            -- Enrolment is open: what opens it is reached, what closes it is not.
            when
                coalesce(enrollment_start, start_date) <= {{ as_of() }}
                and coalesce(enrollment_end, end_date) > {{ as_of() }}
                then 1
            when start_date >= {{ as_of() }} then 2
            when start_date is not null then 3
            else 4
        end as rank_class
    from runs

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_key
            order by
                rank_class,
                case when rank_class = 1 then coalesce(start_date, {{ as_of() }}) end,
                case when rank_class = 1 then coalesce(end_date, {{ as_of() }}) end,
                case when rank_class = 2 then start_date end,
                case when rank_class = 3 then start_date end desc,
                position
        ) as run_rank,
        -- A missing date counts as the present in the order of open runs, so that passing another run's date changes it.
        bool_or(end_date is null) over (partition by source_key) as has_open_end
    from classified

),

-- Each moment at which one of the comparisons above has another outcome than just before it: "<=" and ">" turn at the date itself,
-- ">=" just after it. Postgres' clock ticks in microseconds.
moments as (

    select
        ranked.source_key,
        dates.moment
    from ranked
    cross join lateral (
        values
        (ranked.enrollment_start),
        (ranked.enrollment_end),
        (ranked.start_date),
        (ranked.start_date + interval '1 microsecond'),
        (case when ranked.enrollment_end is null or ranked.has_open_end then ranked.end_date end),
        (case when ranked.has_open_end then ranked.end_date + interval '1 microsecond' end)
    ) as dates (moment)

),

bounds as (

    select
        source_key,
        {{ clock_bounds() }}
    from moments
    group by source_key

),

next_runs as (

    select
        source_key,
        (array_agg(greatest(start_date, enrollment_start) order by start_date, position)
        filter (where start_date > {{ as_of() }}))[1] as next_start_date
    from runs
    group by source_key

)

select
    ranked.source_key,
    ranked.run_id as best_run_id,
    next_runs.next_start_date,
    bounds.valid_from,
    bounds.next_change_at
from ranked
inner join next_runs on ranked.source_key = next_runs.source_key
inner join bounds on ranked.source_key = bounds.source_key
where ranked.run_rank = 1
