{#-
    Of each record of a relation with (`key`, content_hash, record): the run that Learn shows for it, when the next one starts, and between
    which moments that answer holds (sources.md 6.3). Only public runs count: published, and not a variant of the course.
-#}
{% macro best_runs(relation, key) -%}
with inputs as (

    select
        {{ key }},
        md5(concat_ws('|', content_hash, '{{ code_hash() }}')) as input_hash
    from {{ relation }}

),

changed as (

    {{ changed_keys('inputs', key) }}

),

records as (

    select
        changed.{{ key }},
        changed.input_hash,
        normalized.record -> 'runs' as runs
    from changed
    inner join {{ relation }} as normalized on changed.{{ key }} = normalized.{{ key }}

),

runs as (

    select
        records.{{ key }},
        entries.position,
        entries.run ->> 'run_id' as run_id,
        (entries.run ->> 'start_date')::timestamptz as start_date,
        (entries.run ->> 'end_date')::timestamptz as end_date,
        (entries.run ->> 'enrollment_start')::timestamptz as enrollment_start,
        (entries.run ->> 'enrollment_end')::timestamptz as enrollment_end
    from records
    cross join lateral jsonb_array_elements(records.runs) with ordinality as entries (run, position)
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
        end as rank_class,
        -- A missing date counts as the present in the order of open runs, so that passing another run's date changes it.
        bool_or(end_date is null) over (partition by {{ key }}) as has_open_end
    from runs

),

best_runs as (

    select
        {{ key }},
        (array_agg(
            run_id
            order by
                rank_class,
                case when rank_class = 1 then coalesce(start_date, {{ as_of() }}) end,
                case when rank_class = 1 then coalesce(end_date, {{ as_of() }}) end,
                case when rank_class = 2 then start_date end,
                case when rank_class = 3 then start_date end desc,
                position
        ))[1] as best_run_id,
        (
            array_agg(greatest(start_date, enrollment_start) order by start_date, position)
            filter (where start_date > {{ as_of() }})
        )[1] as next_start_date
    from classified
    group by {{ key }}

),

-- Each moment at which one of the comparisons above has another outcome than just before it: "<=" and ">" turn at the date itself,
-- ">=" just after it. Postgres' clock ticks in microseconds.
turns as (

    select
        {{ key }},
        array[
            enrollment_start,
            enrollment_end,
            start_date,
            start_date + interval '1 microsecond',
            case when enrollment_end is null or has_open_end then end_date end,
            case when has_open_end then end_date + interval '1 microsecond' end
        ] as moments
    from classified

),

bounds as (

    select
        turns.{{ key }},
        {{ clock_bounds() }}
    from turns
    cross join lateral unnest(turns.moments) as dates (moment)
    group by turns.{{ key }}

)

select
    records.{{ key }},
    best_runs.best_run_id,
    best_runs.next_start_date,
    records.input_hash,
    bounds.valid_from,
    bounds.next_change_at
from records
left join best_runs on records.{{ key }} = best_runs.{{ key }}
left join bounds on records.{{ key }} = bounds.{{ key }}
{%- endmacro %}
