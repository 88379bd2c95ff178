{{ config(materialized='ephemeral') }}

-- What follows from all runs of an edX.org course together (sources.md 1.6, 2.1), and until when it holds.

select
    record_key,
    max(page_url) as page_url,
    coalesce(jsonb_agg(run_record order by position) filter (where not is_deleted), '[]'::jsonb) as runs,
    {{ edx_common_availability() }} as availability,
    {{ edx_common_pace() }} as pace,
    coalesce(bool_or(is_published) filter (where not is_deleted), false) as is_published,
    -- A certificate can be had from a published run that is not over; every offer of edX.org has one.
    coalesce(bool_or(is_published and status != '' and status != 'Archived') filter (where not is_deleted), false) as has_certification,
    {{ clock_bounds() }}
from {{ ref('int_mit_edx__course_runs') }}
group by record_key
