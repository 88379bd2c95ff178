{{ config(materialized='ephemeral') }}

-- What follows from all runs of a MITx Online course together (sources.md 1.6, 2.3), and until when it holds.

select
    record_key,
    jsonb_agg(run_record order by position) as runs,
    to_jsonb(array_agg(distinct pace)) as pace,
    bool_or(is_published) as has_published_run,
    -- A certificate can be had from a published run that is not over, if its modes have one.
    bool_or(is_published and status != 'Archived' and can_certify) as has_certification,
    -- The number of the most recent run first; one number may come more than once.
    array_agg(course_number order by coalesce(start_date, '-infinity') desc, position)
    filter (where course_number is not null) as course_numbers,
    {{ clock_bounds() }}
from {{ ref('int_mitxonline__course_runs') }}
group by record_key
