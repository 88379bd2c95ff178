-- One row per course of Sloan Executive Education as a normalized record (sources.md 1.2, 2.6), made of its course and its offerings. One
-- without an offering or an address is not in Learn's catalogue; an offering without a course is nobody's.

with offering_sets as (

    select
        course_id,
        md5(string_agg(source_version_id::text, ',' order by first_version_id)) as offerings_hash
    from {{ ref('stg_see__offerings') }}
    where not is_removed
    group by course_id

),

{{ changed_records(
    ref('stg_see__courses'),
    inputs=['offering_sets.offerings_hash'],
    joins='left join offering_sets on staged.readable_id = offering_sets.course_id'
) }},

run_sets as (

    select
        courses.record_key,
        jsonb_agg(
            runs.run_record || jsonb_build_object('title', courses.title, 'url', courses.url) order by runs.first_version_id
        ) as runs,
        (array_agg(runs.credits order by runs.first_version_id))[1] as credits,
        array_agg(distinct runs.pace order by runs.pace) as paces,
        array_agg(distinct runs.delivery ->> 0) as deliveries,
        bool_or(runs.formats ? 'asynchronous') as is_asynchronous,
        bool_or(runs.formats ? 'synchronous') as is_synchronous
    from changed_rows as courses
    inner join {{ ref('int_see__runs') }} as runs on courses.readable_id = runs.course_id
    group by courses.record_key

),

records as (

    select
        courses.record_key,
        courses.source_version_id,
        courses.input_hash,
        courses.is_removed or run_sets.runs is null or courses.url is null as is_removed,
        jsonb_build_object(
            'readable_id', courses.readable_id,
            'title', courses.title,
            'offered_by', jsonb_build_object('code', 'see'),
            'platform', 'see',
            'etl_source', 'see',
            'description', courses.description,
            'url', courses.url,
            'image', case
                when courses.image_url is not null
                    then jsonb_build_object('url', courses.image_url, 'alt', courses.title, 'description', courses.title)
            end,
            'certification', true,
            'certification_type', 'professional',
            'professional', true,
            'published', true,
            -- In Learn the order is that of a set, another one in every process; here it is that of the alphabet (quirk Q17).
            'delivery', coalesce(to_jsonb(run_sets.deliveries), '[]'::jsonb),
            'topics', {{ mapped_topics('select courses.topic as name, 1::bigint as position', 'see') }},
            'course', jsonb_build_object('course_numbers', '[]'::jsonb),
            'runs', coalesce(run_sets.runs, '[]'::jsonb),
            'continuing_ed_credits', run_sets.credits,
            'pace', coalesce(to_jsonb(run_sets.paces), '[]'::jsonb),
            'format', to_jsonb(array_remove(array[
                case when run_sets.is_asynchronous then 'asynchronous' end, case when run_sets.is_synchronous then 'synchronous' end
            ], null))
        ) as record
    from changed_rows as courses
    left join run_sets on courses.record_key = run_sets.record_key

)

{{ normalized_rows('records', resource_type="'course'") }}
