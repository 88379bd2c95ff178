-- One row per course and program of Professional Learning as a normalized record (sources.md 1.2; docs/parity.md, prolearn). Learn does
-- not know this feed any more: see the var retired_sources.

with {{ changed_records(ref('int_prolearn__documents'), inputs=['staged.is_superseded']) }},

resources as (

    select
        staged.*,
        changed.input_hash,
        coalesce(staged.ends_at > {{ as_of() }}, false) as is_current,
        (
            select
                coalesce(jsonb_agg(
                    jsonb_build_object(
                        'run_id', staged.readable_id || '-' || dates.starts_at,
                        'title', staged.title,
                        'start_date', {{ utc_text('to_timestamp(dates.starts_at::bigint)') }},
                        'end_date', {{ utc_text('to_timestamp((staged.ends ->> (dates.position - 1)::integer)::bigint)') }},
                        'published', true,
                        'prices', {{ usd_prices('staged.price') }},
                        'delivery', staged.delivery,
                        'availability', 'dated',
                        'pace', jsonb_build_array('instructor_paced'),
                        'format', jsonb_build_array('asynchronous')
                    ) || {{ effort_members('staged') }}
                    order by dates.position
                ), '[]'::jsonb)
            from jsonb_array_elements_text(staged.starts) with ordinality as dates (starts_at, position)
        ) as runs,
        (
            select
                coalesce(jsonb_agg(
                    jsonb_build_object(
                        'readable_id', 'prolearn-' || staged.platform_code || '-' || related.node_id,
                        'platform', staged.platform_code
                    )
                    order by related.position
                ), '[]'::jsonb)
            from jsonb_array_elements_text(staged.related_node_ids) with ordinality as related (node_id, position)
        ) as courses
    from {{ ref('int_prolearn__documents') }} as staged
    inner join changed on staged.record_key = changed.record_key

),

records as (

    select
        record_key,
        source_version_id,
        input_hash,
        ends_at,
        is_removed or is_superseded as is_removed,
        jsonb_build_object(
            'readable_id', readable_id,
            'platform', platform_code,
            'etl_source', 'prolearn',
            'resource_type', resource_type,
            'title', title,
            'description', description,
            'url', url,
            'image', case when image_url is not null then jsonb_build_object('url', image_url) end,
            'offered_by', case when platform_code = 'mitpe' then jsonb_build_object('code', 'mitpe') end,
            'topics', {{ mapped_topics('select resources.topic as name, 1::bigint as position', 'mitpe') }},
            'runs', runs,
            'published', is_current,
            'professional', true,
            'certification', certificate_name is not null,
            'certification_type', case when certificate_name is not null then 'professional' else 'none' end,
            'availability', 'dated',
            'delivery', delivery,
            'pace', jsonb_build_array('instructor_paced'),
            'format', jsonb_build_array('asynchronous'),
            'continuing_ed_credits', credits
        )
        || case resource_type
            when 'program' then jsonb_build_object('courses', courses)
            else '{"course": {"course_numbers": []}}'::jsonb
        end as record
    from resources

)

{{ normalized_rows(
    'records',
    valid_from='case when ends_at <= ' ~ as_of() ~ ' then ends_at end',
    next_change_at='case when ends_at > ' ~ as_of() ~ ' then ends_at end'
) }}
