-- One row per OCW course as a normalized record, with the completeness of its material (sources.md 1.2, 2.9, 3.4.3).

with {{ changed_records(
    ref('stg_ocw__courses'),
    inputs=['completeness.score', "'" ~ var('ocw_offline_delivery') ~ "'"],
    joins='left join ' ~ ref('int_ocw__completeness') ~ ' as completeness on staged.path = completeness.course_path'
) }},

courses as (

    select
        staged.*,
        changed.input_hash,
        -- Learn's clean slate: a course whose material was not seen scores nothing.
        coalesce(completeness.score, 0) as score,
        {{ url_join(var('ocw_base_url'), "staged.path || '/'") }} as url,
        {{ url_join(var('ocw_base_url'), 'staged.image_path') }} as image_url,
        case
            when {{ var('ocw_offline_delivery') }} and not staged.is_download_hidden then '["online", "offline"]'::jsonb
            else '["online"]'::jsonb
        end as delivery,
        regexp_split_to_array(
            btrim(concat_ws(',', staged.primary_course_number, nullif(staged.extra_course_numbers, ''))), '\s*,\s*'
        ) as course_numbers,
        case
            when jsonb_array_length(staged.mit_learn_topics) > 0
                then (
                    select coalesce(jsonb_agg(jsonb_build_object('name', names.name) order by names.position), '[]'::jsonb)
                    from ({{ ocw_topic_names('staged.mit_learn_topics') }}) as names
                )
            else {{ mapped_topics(ocw_topic_names('staged.topics'), 'ocw') }}
        end as mapped_topics
    from {{ ref('stg_ocw__courses') }} as staged
    inner join changed on staged.record_key = changed.record_key
    left join {{ ref('int_ocw__completeness') }} as completeness on staged.path = completeness.course_path

),

records as (

    select
        record_key,
        source_version_id,
        input_hash,
        readable_id,
        readable_ids_seen,
        last_modified,
        -- A course without any uid cannot be told apart from others: Learn skips it.
        is_removed or coalesce(run_id, '') = '' as is_removed,
        jsonb_build_object(
            'readable_id', readable_id,
            'offered_by', jsonb_build_object('code', 'ocw'),
            'platform', 'ocw',
            'etl_source', 'ocw',
            'resource_type', 'course',
            'unique_field', 'url',
            'title', title,
            'departments', departments,
            'content_tags', content_tags,
            'image', jsonb_build_object('url', image_url, 'description', image_description, 'alt', image_alt),
            'description', description,
            'url', url,
            'last_modified', {{ utc_text('last_modified') }},
            'published', true,
            'course', jsonb_build_object(
                'course_numbers', {{ course_number_list(
                    "select numbers.value, numbers.position"
                    ~ " from unnest(courses.course_numbers) with ordinality as numbers (value, position)",
                    '^([0-9A-Za-z-]+)'
                ) }}
            ),
            'topics', mapped_topics,
            'ocw_topics', (
                select coalesce(jsonb_agg(names.name order by names.position), '[]'::jsonb)
                from ({{ ocw_topic_names('courses.topics') }}) as names
            ),
            'availability', 'anytime',
            'delivery', delivery,
            'license_cc', true,
            'format', jsonb_build_array('asynchronous'),
            'pace', jsonb_build_array('self_paced'),
            'runs', jsonb_build_array(jsonb_build_object(
                'run_id', run_id,
                'published', true,
                'instructors', {{ ocw_instructors('courses.instructors') }},
                'description', run_description,
                'year', year,
                'semester', term,
                'status', 'Current',
                'image', jsonb_build_object(
                    'url', image_url, 'description', coalesce(image_description, ''), 'alt', coalesce(image_alt, '')
                ),
                'level', (
                    select coalesce(jsonb_agg(levels.code order by labels.position), '[]'::jsonb)
                    from jsonb_array_elements_text(courses.levels) with ordinality as labels (label, position)
                    inner join {{ level_codes() }} on labels.label = levels.label
                ),
                'last_modified', {{ utc_text('last_modified') }},
                'title', coalesce(title, ''),
                'slug', path,
                'url', url,
                'availability', 'anytime',
                'delivery', delivery,
                'format', jsonb_build_array('asynchronous'),
                'pace', jsonb_build_array('self_paced')
            )),
            -- Its materials say themselves which course they belong to.
            'loader', jsonb_build_object('children', '[]'::jsonb)
        ) as record,
        -- A number that ends in SC stands for an OCW Scholar course, complete by definition.
        case
            when array_to_string(course_numbers, ',') || ',' like '%SC,%' then 1.0
            else score
        end as completeness
    from courses

)

{{ normalized_rows(
    'records',
    former_keys=former_id_keys('ocw|course'),
    last_modified='last_modified',
    completeness='completeness'
) }}
