-- One row per course or program of MIT Professional Education as a normalized record, programs with the records of their courses
-- (sources.md 1.2, 2.7). The feed names the courses of a program by their titles; a title that no course has is left out.

with courses as (

    -- Two courses with one title: the later id, so that it does not depend on the order of the feed.
    select distinct on (title)
        title,
        record,
        md5(record::text) as record_hash
    from {{ ref('int_mitpe__records') }}
    where resource_type = 'course' and not is_removed
    order by title, record_key desc

),

children as (

    select
        programs.record_key,
        entries.position,
        courses.record,
        courses.record_hash
    from {{ ref('int_mitpe__records') }} as programs
    cross join lateral unnest(programs.course_titles) with ordinality as entries (title, position)
    inner join courses on btrim(entries.title, E' \t\n\r\f\v') = courses.title
    where programs.resource_type = 'program'

),

child_sets as (

    select
        record_key,
        string_agg(record_hash, ',' order by position) as children_hash
    from children
    group by record_key

),

{{ changed_records(
    ref('int_mitpe__records'),
    inputs=[
        'staged.is_removed', 'staged.resource_type', 'staged.types_seen', 'staged.record', 'child_sets.children_hash'
    ],
    joins='left join child_sets on staged.record_key = child_sets.record_key'
) }},

course_sets as (

    select
        record_key,
        jsonb_agg(record order by position) as courses
    from children
    where record_key in (select changed.record_key from changed)
    group by record_key

),

records as (

    select
        resources.record_key,
        resources.source_version_id,
        resources.resource_type,
        resources.types_seen,
        resources.is_removed,
        changed.input_hash,
        resources.record || case
            when resources.resource_type = 'program'
                then jsonb_build_object('courses', coalesce(course_sets.courses, '[]'::jsonb))
            else '{}'::jsonb
        end as record
    from {{ ref('int_mitpe__records') }} as resources
    inner join changed on resources.record_key = changed.record_key
    left join course_sets on resources.record_key = course_sets.record_key

)

{{ normalized_rows('records', resource_type='resource_type', former_keys=mitpe_former_keys('records')) }}
