{{ config(materialized='ephemeral') }}

-- What programs of edX.org take over from a published course: its topics, and teachers and effort of its best run (sources.md 2.2).

select
    courses.record ->> 'readable_id' as readable_id,
    courses.record -> 'topics' as topics,
    entries.run -> 'instructors' as instructors,
    (entries.run ->> 'max_weeks')::integer as max_weeks,
    (entries.run ->> 'min_weekly_hours')::integer as min_weekly_hours,
    (entries.run ->> 'max_weekly_hours')::integer as max_weekly_hours,
    md5(concat_ws('|', courses.record -> 'topics', entries.run)) as facts_hash
from {{ ref('int_mit_edx__courses') }} as courses
inner join {{ ref('int_mit_edx__course_best_runs') }} as best_runs on courses.record_key = best_runs.record_key
cross join lateral jsonb_array_elements(courses.record -> 'runs') as entries (run)
where courses.is_published and entries.run ->> 'run_id' = best_runs.best_run_id
