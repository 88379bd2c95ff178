{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key',
    indexes=[{'columns': ['record_key'], 'unique': true}, {'columns': ['resource_key']}]
) }}

-- One row per MITx Online course as a normalized record (sources.md 1.2, 2.3).

with inputs as (

    select
        record_key,
        md5(concat_ws('|', source_version_id, taxonomy.taxonomy_hash, '{{ code_hash() }}')) as input_hash
    from {{ ref('stg_mitxonline__courses') }}
    cross join {{ taxonomy_hash() }} as taxonomy

),

changed as (

    {{ changed_keys('inputs', 'record_key') }}

),

courses as (

    select
        staged.*,
        changed.input_hash,
        {{ effort_members('staged') }} as effort,
        case
            when staged.page_url is not null
                then rtrim('{{ var("app_base_url") }}', '/') || '/courses/' || staged.readable_id
        end as url
    from {{ ref('stg_mitxonline__courses') }} as staged
    inner join changed on staged.record_key = changed.record_key

),

course_runs as (

    select
        runs.*,
        jsonb_build_object(
            'run_id', runs.run_id,
            'title', runs.title,
            'description', runs.description,
            'url', courses.url,
            'published', runs.is_published,
            'start_date', {{ utc_text('runs.start_date') }},
            'end_date', {{ utc_text('runs.end_date') }},
            'enrollment_start', {{ utc_text('runs.enrollment_start') }},
            'enrollment_end', {{ utc_text('runs.enrollment_end') }},
            'image', case when runs.image_url is not null then jsonb_build_object('url', runs.image_url) end,
            'prices', runs.prices,
            'instructors', {{ instructor_names('courses.instructors') }},
            'status', runs.status,
            'availability', courses.availability,
            'format', jsonb_build_array('asynchronous'),
            'pace', jsonb_build_array(runs.pace),
            'is_b2b', runs.is_b2b,
            'is_variant', runs.is_variant
        ) || courses.effort as run_record
    from {{ ref('int_mitxonline__course_runs') }} as runs
    inner join courses on runs.record_key = courses.record_key
    where {{ only_keys('runs.record_key', 'changed', 'record_key') }}

),

-- What follows from all runs of a course together.
course_run_sets as (

    select
        record_key,
        jsonb_agg(run_record order by position) as runs,
        to_jsonb(array_agg(distinct pace)) as pace,
        bool_or(is_published) as has_published_run,
        bool_or(is_published and status != 'Archived' and can_certify) as has_certification,
        {{ clock_bounds() }}
    from course_runs
    group by record_key

),

-- Each course number once, the one of the most recent run first.
course_numbers as (

    select
        record_key,
        course_number as value,
        row_number() over (
            partition by record_key
            order by max(coalesce(start_date, '-infinity')) desc, min(position)
        ) as position
    from course_runs
    where course_number is not null
    group by record_key, course_number

),

normalized as (

    select
        courses.*,
        coalesce(course_run_sets.has_certification, false) as has_certification,
        course_run_sets.valid_from,
        course_run_sets.next_change_at,
        courses.is_removed or courses.title ~* 'PROCTORED EXAM' as is_dropped,
        coalesce(course_run_sets.pace, '[]'::jsonb) as pace,
        coalesce(course_run_sets.runs, '[]'::jsonb) as runs,
        courses.page_url is not null
        and courses.is_live
        and courses.is_in_learn_catalog
        and coalesce(course_run_sets.has_published_run, false) as is_published
    from courses
    left join course_run_sets on courses.record_key = course_run_sets.record_key

),

records as (

    select
        *,
        jsonb_build_object(
            'readable_id', readable_id,
            'platform', 'mitxonline',
            'etl_source', 'mitxonline',
            'resource_type', 'course',
            'title', title,
            'description', description,
            'url', url,
            'image', {{ mitxonline_image('image_path') }},
            'offered_by', jsonb_build_object('code', 'mitx'),
            'topics', {{ mapped_topics(names_of('normalized.topics'), 'mitx') }},
            'departments', {{ department_ids(names_of('normalized.departments')) }},
            'course', jsonb_build_object(
                'course_numbers', {{ course_number_list(
                    "select course_numbers.value, course_numbers.position from course_numbers"
                    ~ " where course_numbers.record_key = normalized.record_key",
                    '\\+([^.]*)\\.'
                ) }}
            ),
            'runs', runs,
            'published', is_published,
            'professional', false,
            'certification', has_certification,
            'certification_type', {{ mitxonline_certification_type('has_certification', 'certificate_type') }},
            'availability', availability,
            'format', jsonb_build_array('asynchronous'),
            'pace', pace,
            'force_ingest', is_force_ingested
        ) as record
    from normalized

)

select
    record_key,
    course_id,
    is_live,
    'mitxonline|course|' || readable_id as resource_key,
    array[]::text[] as former_resource_keys,
    array[]::text[] as child_resource_keys,
    is_dropped as is_removed,
    {{ is_publishable('is_dropped', 'record') }} as is_published,
    null::timestamptz as last_modified,
    null::double precision as completeness,
    record,
    md5(concat_ws('|', is_dropped, record)) as content_hash,
    source_version_id,
    input_hash,
    valid_from,
    next_change_at
from records
