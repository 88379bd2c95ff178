-- One row per row of the Open Learning Library's sheet: its version in force at as_of, typed (sources.md 2.8). A row is one run, and
-- the only one of its course.

with {{ staged_versions(source('raw', 'oll__courses')) }}

select
    {{ version_columns() }},
    {{ oll_readable_id('payload') }} as readable_id,
    payload ->> 'readable_id' as run_id,
    payload ->> 'OLL Course' as course_number,
    payload ->> 'Offered by' = 'OCW' as is_of_ocw,
    payload ->> 'title' as title,
    payload ->> 'url' as url,
    payload ->> 'description' as description,
    payload ->> 'published' = 'YES' as is_published,
    payload ->> 'Level' as level_label,
    payload ->> 'Course Image URL Flat' as image_url,
    {{ year_of_run("payload ->> 'readable_id'") }} as year,
    {{ semester_of_run("payload ->> 'readable_id'") }} as semester,
    {{ oll_whole_number("payload ->> 'Duration'") }} as weeks,
    {{ oll_whole_number("payload ->> 'Student Effort'") }} as weekly_hours,
    -- The second header ends with a space.
    {{ oll_cells('payload', ['MITxO Primary Child', 'MITxO Adopted Secondary Child ']) }} as topics,
    {{ oll_cells('payload', [
        'Instructor 1', 'Instructor 2', 'Instructor 3', 'Instructor 4', 'Instructor 5', 'Instructor 6'
    ]) }} as instructors,
    {{ values_seen(source('raw', 'oll__courses'), oll_readable_id('history.payload')) }} as readable_ids_seen
from versions
