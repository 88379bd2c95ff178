{{ config(materialized='ephemeral') }}

-- How complete the material of each OCW course is, 0 to 1 (sources.md 3.4.3): videos, notes, exams and problem sets that it has,
-- against what a full course has. The rule that a scholar course is always complete looks at the course and is applied there.

with content_files as (

    select
        course_path,
        tags
    from {{ ref('stg_ocw__content_files') }}
    where
        not is_removed
        and (is_page or (text_source is not null and title not in ('3play caption file', '3play pdf file')))
        and jsonb_array_length(tags) > 0

),

counts as (

    select
        course_path,
        count(*) filter (where tags ? 'Lecture Videos') as videos,
        count(*) filter (where tags ? 'Lecture Notes') as lecture_notes,
        count(*) filter (where tags ?| array['Exams', 'Exams with Solutions']) as exams,
        count(*) filter (
            where tags ?| array['Problem Sets', 'Problem Sets with Solutions', 'Assignments']
        ) as problem_sets
    from content_files
    group by course_path

)

select
    course_path,
    videos,
    lecture_notes,
    exams,
    problem_sets,
    (
        0.4 * least(videos / 24.0, 1)
        + 0.2 * least(lecture_notes / 24.0, 1)
        + 0.2 * least(exams, 1)
        + 0.2 * least(problem_sets / 10.0, 1)
    )::double precision as score
from counts
